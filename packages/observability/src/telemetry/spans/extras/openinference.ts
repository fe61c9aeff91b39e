import type { Attributes } from '@opentelemetry/api';
import type { SpanSubject } from '../span-definition.ts';
import type { SpanExtra } from './span-extra.ts';

/**
 * What Phoenix and Arize read: OpenInference's kinds, tokens, cost, and whose work it is.
 *
 * @see https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
 */
export const openinferenceExtra: SpanExtra = (attributes, { subject, isCall }) => {
  attributes['openinference.span.kind'] = isCall ? kindOfCall(attributes) : 'CHAIN';
  addOwner(attributes, subject);
  if (isCall) addCall(attributes, subject);
};

function kindOfCall(attributes: Attributes): string {
  return attributes['gen_ai.operation.name'] === 'embeddings' ? 'EMBEDDING' : 'LLM';
}

function addOwner(attributes: Attributes, { context: { sessionId, userId, tags, metadata } }: SpanSubject): void {
  if (sessionId !== undefined) attributes['session.id'] = sessionId;
  if (userId !== undefined) attributes['user.id'] = userId;
  const words = Object.entries(tags).map(([name, value]) => `${name}:${value}`);
  if (words.length > 0) attributes['tag.tags'] = words;
  const plain = Object.entries(metadata).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  if (plain.length > 0) attributes['metadata'] = JSON.stringify(Object.fromEntries(plain));
}

/** Names of the conventions, by those of OpenInference. */
const SAME: readonly (readonly [name: string, from: string])[] = [
  ['llm.provider', 'gen_ai.provider.name'],
  ['llm.token_count.prompt', 'gen_ai.usage.input_tokens'],
  ['llm.token_count.completion', 'gen_ai.usage.output_tokens'],
  ['llm.token_count.prompt_details.cache_read', 'gen_ai.usage.cache_read.input_tokens'],
  ['llm.token_count.prompt_details.cache_write', 'gen_ai.usage.cache_write.input_tokens'],
  ['llm.token_count.completion_details.reasoning', 'gen_ai.usage.reasoning.output_tokens'],
  ['input.value', 'gen_ai.input.messages'],
  ['output.value', 'gen_ai.output.messages'],
];

function addCall(attributes: Attributes, { facts }: SpanSubject): void {
  const model = attributes['gen_ai.response.model'] ?? attributes['gen_ai.request.model'];
  if (model !== undefined) attributes['llm.model_name'] = model;
  for (const [name, from] of SAME) if (attributes[from] !== undefined) attributes[name] = attributes[from];
  const usage = facts.get('llm.usage');
  if (usage !== undefined) attributes['llm.token_count.total'] = usage.inputTokens + usage.outputTokens;
  const costUsd = facts.get('llm.costUsd');
  if (costUsd !== undefined) attributes['llm.cost.total'] = costUsd;
  for (const value of ['input', 'output']) {
    if (attributes[`${value}.value`] !== undefined) attributes[`${value}.mime_type`] = 'application/json';
  }
  const parameters = Object.entries(attributes)
    .filter(([name]) => name.startsWith(PARAMETERS) && !NOT_PARAMETERS.has(name))
    .map(([name, value]) => [name.slice(PARAMETERS.length), value]);
  if (parameters.length > 0) attributes['llm.invocation_parameters'] = JSON.stringify(Object.fromEntries(parameters));
}

const PARAMETERS = 'gen_ai.request.';

const NOT_PARAMETERS: ReadonlySet<string> = new Set(['gen_ai.request.model', 'gen_ai.request.stream']);
