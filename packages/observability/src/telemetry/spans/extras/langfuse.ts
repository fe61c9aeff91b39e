import type { Attributes } from '@opentelemetry/api';
import type { SpanSubject } from '../span-definition.ts';
import { type EndedSpan, isChain, type SpanExtra } from './span-extra.ts';

/**
 * What Langfuse reads: the type of an observation, the cost, when the answer began, and on every span whose work it is, because it filters
 * by the attributes of each span.
 *
 * @see https://langfuse.com/integrations/native/opentelemetry
 */
export const langfuseExtra: SpanExtra = (attributes, span) => {
  const { subject, isCall } = span;
  attributes['langfuse.observation.type'] = isCall ? typeOfCall(attributes) : isChain(subject) ? 'chain' : 'span';
  if (subject.isRoot) attributes['langfuse.trace.name'] = subject.name;
  addOwner(attributes, subject);
  if (isCall) addCall(attributes, span);
};

function typeOfCall(attributes: Attributes): string {
  return attributes['gen_ai.operation.name'] === 'embeddings' ? 'embedding' : 'generation';
}

function addOwner(attributes: Attributes, { context }: SpanSubject): void {
  const { sessionId, userId, tags, metadata } = context;
  if (sessionId !== undefined) attributes['session.id'] = sessionId;
  if (userId !== undefined) attributes['user.id'] = userId;
  const words = Object.entries(tags).map(([name, value]) => `${name}:${value}`);
  if (words.length > 0) attributes['langfuse.trace.tags'] = words;
  for (const [name, value] of Object.entries(metadata)) {
    if (['string', 'number', 'boolean'].includes(typeof value)) {
      attributes[`langfuse.observation.metadata.${name}`] = String(value);
    }
  }
}

/** A cost of 0 means free to Langfuse, so an unknown cost is not stated. */
function addCall(attributes: Attributes, { subject: { facts }, startedAtMs }: EndedSpan): void {
  const costUsd = facts.get('llm.costUsd');
  const firstChunkMs = facts.get('llm.firstChunkMs');
  if (costUsd !== undefined) attributes['gen_ai.usage.cost'] = costUsd;
  if (firstChunkMs !== undefined) {
    attributes['langfuse.observation.completion_start_time'] = new Date(startedAtMs + firstChunkMs).toISOString();
  }
}
