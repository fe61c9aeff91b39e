import type { Attributes } from '@opentelemetry/api';
import type { Facts } from 'tta-dev-primitives';
import { isCall } from '../../llm/call/facts.ts';
import type { SpanDefinition, SpanSubject } from '../spans/span-definition.ts';

/**
 * The span of one attempt at one model: kind CLIENT, named by its operation and model. If no model was asked, or the span of another
 * library describes the call, it is an internal span, which no sum over the spans of calls counts.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai for the names
 */
export const modelCallSpan: SpanDefinition = {
  kind: (subject) => (isInference(subject) ? 'client' : 'internal'),
  name(subject) {
    const { facts, name } = subject;
    const model = facts.get('llm.model');
    if (!isInference(subject)) return `model_call ${name}`;
    return model === undefined ? name : `${facts.get('llm.operation') ?? 'chat'} ${model}`;
  },
  attributes(stated, subject) {
    const { isDescribed, context } = subject;
    if (isInference(subject)) {
      if (context.sessionId !== undefined) stated['gen_ai.conversation.id'] = context.sessionId;
      return stated;
    }
    return isDescribed ? renamed(stated) : withoutConventions(stated);
  },
};

function isInference({ facts, isDescribed }: SpanSubject): boolean {
  const outcome = facts.get('llm.outcome');
  return !isDescribed && (outcome === undefined || isCall(outcome));
}

const CONVENTIONS = 'gen_ai.';

/** The same attributes under names of ours, because those of the conventions are on the span of another library. */
function renamed(attributes: Attributes): Attributes {
  const entries = Object.entries(attributes).map(([name, value]) => [
    name.startsWith(CONVENTIONS) ? `tta.llm.${name.slice(CONVENTIONS.length)}` : name,
    value,
  ]);
  return Object.fromEntries(entries) as Attributes;
}

function withoutConventions(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !name.startsWith(CONVENTIONS)));
}

/** What the request asks for; the number of answers only if it is not 1. */
export function parameterAttributes({
  choices,
  stopSequences,
  encodingFormats,
  dimensions,
  ...numbers
}: Facts['llm.parameters']): Attributes {
  return present({
    'gen_ai.request.temperature': numbers.temperature,
    'gen_ai.request.top_p': numbers.topP,
    'gen_ai.request.top_k': numbers.topK,
    'gen_ai.request.max_tokens': numbers.maxTokens,
    'gen_ai.request.frequency_penalty': numbers.frequencyPenalty,
    'gen_ai.request.presence_penalty': numbers.presencePenalty,
    'gen_ai.request.seed': numbers.seed,
    'gen_ai.request.choice.count': choices === 1 ? undefined : choices,
    'gen_ai.request.stop_sequences': stopSequences && [...stopSequences],
    'gen_ai.request.reasoning.level': numbers.reasoningLevel,
    'gen_ai.request.encoding_formats': encodingFormats && [...encodingFormats],
    'gen_ai.embeddings.dimension.count': dimensions,
    'gen_ai.output.type': numbers.outputType,
  });
}

export function serverAttributes({ address, port }: Facts['llm.server']): Attributes {
  return { 'server.address': address, 'server.port': port };
}

/** The tokens of the call; those of caches and of reasoning are among the input and the output. */
export function usageAttributes(usage: Facts['llm.usage']): Attributes {
  return present({
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheReadTokens,
    'gen_ai.usage.cache_write.input_tokens': usage.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoningTokens,
  });
}

function present(attributes: Attributes): Attributes {
  for (const name in attributes) if (attributes[name] === undefined) delete attributes[name];
  return attributes;
}
