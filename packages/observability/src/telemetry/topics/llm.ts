import { isCall, type LlmOperation } from '../../llm/call/facts.ts';
import type { Recorder } from '../fact-entry.ts';
import { capped, closed, counter, dollars, inference, tokens } from '../metric.ts';
import { type FactsUnder, type Topic, topic } from '../topic.ts';
import { modelCallSpan, parameterAttributes, serverAttributes, usageAttributes } from './llm-span.ts';

const PROVIDER = capped('provider');
const MODEL = capped('model');

const CALL = [
  closed('gen_ai.operation.name', ['chat', 'embeddings', 'text_completion', 'generate_content']),
  capped('gen_ai.provider.name'),
  capped('gen_ai.request.model'),
] as const;
const TOKENS = [...CALL, closed('gen_ai.token.modality', ['text', 'image', 'audio', 'unknown'])] as const;
const usage = 'gen_ai.client.inference.usage';
const operation = 'gen_ai.client.inference.operation';

const metrics = {
  calls: counter(
    'llm_calls_total',
    '{call}',
    'Model calls by how they ended.',
    PROVIDER,
    MODEL,
    closed('outcome', ['answered', 'failed', 'cancelled']),
  ),
  cost: counter('llm_cost_usd_total', '{USD}', 'Cost of model calls, US dollars.', PROVIDER, MODEL),
  unpriced: counter(
    'llm_unpriced_total',
    '{call}',
    'Model calls whose cost is not known, left out of the cost.',
    PROVIDER,
    MODEL,
  ),
  inferenceSeconds: inference(
    'gen_ai.client.inference.duration',
    's',
    'Time of model calls.',
    ...CALL,
    capped('error.type'),
  ),
  firstChunkSeconds: inference(
    'gen_ai.client.inference.time_to_first_chunk',
    's',
    'Time to the first chunk of a stream.',
    ...CALL,
  ),
  chunkSeconds: inference(
    'gen_ai.client.inference.time_per_output_chunk',
    's',
    'Time between two chunks of a stream, of its first 1,000.',
    ...CALL,
  ),
  callInputTokens: tokens(`${operation}.input_tokens`, '{token}', 'Input tokens of one call.', ...CALL),
  callOutputTokens: tokens(`${operation}.output_tokens`, '{token}', 'Output tokens of one call.', ...CALL),
  embeddingsSeconds: inference(
    'gen_ai.client.embeddings.duration',
    's',
    'Time of calls of embedding models.',
    ...CALL,
    capped('error.type'),
  ),
  embeddingsInputTokens: tokens(
    'gen_ai.client.embeddings.operation.input_tokens',
    '{token}',
    'Input tokens of one call of an embedding model.',
    ...CALL,
  ),
  callCost: dollars('llm_call_cost_usd', '{USD}', 'Cost of one model call, US dollars.', PROVIDER, MODEL),
  inputTokens: counter(`${usage}.input_tokens`, '{token}', 'Input tokens, cached ones included.', ...TOKENS),
  outputTokens: counter(`${usage}.output_tokens`, '{token}', 'Output tokens, reasoning included.', ...TOKENS),
  cacheReadTokens: counter(`${usage}.cache_read.input_tokens`, '{token}', 'From the prompt cache.', ...TOKENS),
  cacheWriteTokens: counter(`${usage}.cache_write.input_tokens`, '{token}', 'Into the prompt cache.', ...TOKENS),
  reasoningTokens: counter(`${usage}.reasoning.output_tokens`, '{token}', 'Tokens of reasoning.', ...TOKENS),
};

/** What becomes of the facts of model calls. */
export const llmTopic: Topic<FactsUnder<'llm'>> = topic({
  facts: {
    'llm.operation': { attribute: 'gen_ai.operation.name' },
    'llm.provider': { attribute: 'gen_ai.provider.name', dimension: 'provider' },
    'llm.model': { attribute: 'gen_ai.request.model', dimension: 'model' },
    'llm.parameters': { attribute: parameterAttributes },
    'llm.server': { attribute: serverAttributes },
    'llm.isStream': { attribute: (isStream) => (isStream ? { 'gen_ai.request.stream': true } : {}) },
    'llm.stream': {},
    'llm.chunksAtMs': {},
    'llm.chunkGapsMs': {},
    'llm.listedUsd': { attribute: 'tta.llm.listed_usd' },
    'llm.firstChunkMs': { attribute: (ms) => ({ 'gen_ai.response.time_to_first_chunk': ms / 1_000 }) },
    'llm.responseModel': { attribute: 'gen_ai.response.model' },
    'llm.responseId': { attribute: 'gen_ai.response.id' },
    'llm.finish': { attribute: (reasons) => ({ 'gen_ai.response.finish_reasons': [...reasons] }) },
    'llm.serviceTier': { attribute: 'tta.llm.service_tier' },
    'llm.content': {}, // only spans may hold it, and only if it is captured
    'llm.usage': {
      attribute: usageAttributes,
      record({ inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0, reasoningTokens = 0 }, recorder) {
        const labels = [...callOf(recorder), 'unknown'] as const; // providers' totals do not tell text from images
        recorder.add(metrics.inputTokens, labels, inputTokens);
        recorder.add(metrics.outputTokens, labels, outputTokens);
        recorder.add(metrics.cacheReadTokens, labels, cacheReadTokens);
        recorder.add(metrics.cacheWriteTokens, labels, cacheWriteTokens);
        recorder.add(metrics.reasoningTokens, labels, reasoningTokens);
      },
    },
    'llm.costUsd': {
      attribute: 'tta.llm.cost_usd',
      record: (usd, recorder) => recorder.add(metrics.cost, servedBy(recorder), usd),
    },
    'llm.unpriced': {
      attribute: 'tta.llm.unpriced',
      record: (_true, recorder) => recorder.add(metrics.unpriced, servedBy(recorder)),
    },
    'llm.failure': { attribute: 'error.type' },
    'llm.outcome': {
      attribute: 'tta.llm.outcome',
      record(outcome, recorder) {
        if (isCall(outcome)) recorder.add(metrics.calls, [...servedBy(recorder), outcome]);
      },
      onEnd(outcome, { seconds }, recorder) {
        // A step of a router that names no model, and whose answer is not one of a model, may be anything.
        if (!isCall(outcome) || !recorder.has('llm.model')) return;
        const type = outcome === 'answered' ? undefined : recorder.label('llm.failure');
        const isEmbedding = recorder.label('llm.operation') === 'embeddings';
        const duration = isEmbedding ? metrics.embeddingsSeconds : metrics.inferenceSeconds;
        recorder.measure(duration, [...callOf(recorder), type], seconds);
        measureStream(recorder);
        measureSize(recorder, isEmbedding);
      },
    },
  },
  metrics,
  spans: { model_call: modelCallSpan },
});

function measureStream(recorder: Recorder): void {
  const call = callOf(recorder);
  const firstChunkMs = recorder.fact('llm.firstChunkMs');
  if (firstChunkMs !== undefined) recorder.measure(metrics.firstChunkSeconds, call, firstChunkMs / 1_000);
  for (const ms of recorder.fact('llm.chunkGapsMs') ?? []) recorder.measure(metrics.chunkSeconds, call, ms / 1_000);
}

function measureSize(recorder: Recorder, isEmbedding: boolean): void {
  const usage = recorder.fact('llm.usage');
  if (usage !== undefined && isEmbedding) {
    recorder.measure(metrics.embeddingsInputTokens, callOf(recorder), usage.inputTokens);
  } else if (usage !== undefined) {
    recorder.measure(metrics.callInputTokens, callOf(recorder), usage.inputTokens);
    recorder.measure(metrics.callOutputTokens, callOf(recorder), usage.outputTokens);
  }
  const usd = recorder.fact('llm.costUsd');
  if (usd !== undefined) recorder.measure(metrics.callCost, servedBy(recorder), usd);
}

function servedBy(recorder: Recorder): readonly [string, string] {
  return [recorder.label('llm.provider'), recorder.label('llm.model')];
}

function callOf(recorder: Recorder): readonly [LlmOperation | '_none', string, string] {
  return [recorder.label('llm.operation'), ...servedBy(recorder)];
}
