import type { Attributes } from '@opentelemetry/api';
// For their facts: a router and a cascade state what they learn of models' calls.
import type {} from '../primitives/cascade/facts.ts';
import type {} from '../primitives/router/facts.ts';
import type { CatalogueOf } from './catalogue.ts';
import { counter, inference, type Metric } from './metric.ts';
import type { Recording } from './recording.ts';

const CALL = ['gen_ai.operation.name', 'gen_ai.provider.name', 'gen_ai.request.model'] as const;
const TOKENS = [...CALL, 'gen_ai.token.modality'] as const;
const usage = 'gen_ai.client.inference.usage';

const metrics = {
  cost: counter('llm_cost_usd_total', '{USD}', 'Cost of model calls, US dollars.', 'route', 'model'),
  inferenceSeconds: inference('gen_ai.client.inference.duration', 's', 'Time of model calls.', ...CALL, 'error.type'),
  inputTokens: counter(`${usage}.input_tokens`, '{token}', 'Input tokens, cached ones included.', ...TOKENS),
  outputTokens: counter(`${usage}.output_tokens`, '{token}', 'Output tokens, reasoning included.', ...TOKENS),
  cacheReadTokens: counter(`${usage}.cache_read.input_tokens`, '{token}', 'From the prompt cache.', ...TOKENS),
  cacheWriteTokens: counter(`${usage}.cache_write.input_tokens`, '{token}', 'Into the prompt cache.', ...TOKENS),
  reasoningTokens: counter(`${usage}.reasoning.output_tokens`, '{token}', 'Tokens of reasoning.', ...TOKENS),
};

export const LLM_METRICS: readonly Metric[] = Object.values(metrics);

/** What becomes of the facts of model calls. */
export const llmCatalogue: CatalogueOf<'llm'> = {
  'llm.provider': { attribute: 'gen_ai.provider.name', dimension: 'provider' },
  'llm.model': {
    attribute: 'gen_ai.request.model',
    dimension: 'model',
    onEnd(_model, { seconds, errorType }, recording) {
      if (recording.facts.has('llm.seconds')) return;
      recording.record(metrics.inferenceSeconds, [...callOf(recording), errorType], seconds);
    },
  },
  'llm.seconds': {
    attribute: () => ({}), // the span tells how long all calls took
    record: (seconds, recording) =>
      recording.record(metrics.inferenceSeconds, [...callOf(recording), undefined], seconds),
  },
  'llm.usage': {
    attribute: ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens }) =>
      withoutUndefined({
        'gen_ai.usage.input_tokens': inputTokens,
        'gen_ai.usage.output_tokens': outputTokens,
        'gen_ai.usage.cache_read.input_tokens': cacheReadTokens,
        'gen_ai.usage.cache_write.input_tokens': cacheWriteTokens,
        'gen_ai.usage.reasoning.output_tokens': reasoningTokens,
      }),
    record({ inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 }, recording) {
      const labels = [...callOf(recording), 'unknown'] as const; // providers' totals do not tell text from images
      recording.add(metrics.inputTokens, labels, inputTokens);
      recording.add(metrics.outputTokens, labels, outputTokens);
      recording.add(metrics.cacheReadTokens, labels, cacheReadTokens);
      recording.add(metrics.cacheWriteTokens, labels, cacheWriteTokens);
      recording.add(metrics.reasoningTokens, labels, reasoningTokens);
    },
  },
  'llm.costUsd': {
    // Still proposed: https://github.com/open-telemetry/semantic-conventions-genai/pull/443
    attribute: (usd) => ({
      'gen_ai.usage.cost.amount': usd,
      'gen_ai.usage.cost.currency': 'USD',
      'gen_ai.usage.cost.source': 'local',
    }),
    record: (usd, recording) =>
      recording.add(metrics.cost, [recording.label('router.route'), recording.label('llm.model')], usd),
  },
};

function callOf(recording: Recording): readonly ['chat', string, string] {
  return ['chat', recording.label('llm.provider'), recording.label('llm.model')];
}

function withoutUndefined(attributes: Record<string, number | undefined>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Attributes;
}
