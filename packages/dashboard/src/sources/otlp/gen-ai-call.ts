import { priceOf, type Usage } from 'tta-observability-integration/llm';
import type { Attributes, AttributeValue, OtlpSpan } from './span.ts';

/** What a span says of a call of a model. */
export interface GenAiCall {
  readonly operation: 'chat' | 'embeddings' | 'text_completion' | 'generate_content';
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly responseModel: string | undefined;
  readonly usage: Usage | undefined;
  readonly firstChunkMs: number | undefined;
  readonly finish: readonly string[] | undefined;
  /** In US dollars: as the span states it, or else the list price; null if unknown. */
  readonly costUsd: number | null;
}

/**
 * The names of one thing in the conventions that are in use: OpenTelemetry's, now and before; the AI SDK's own; OpenInference's; and those
 * of the original's Python.
 */
const NAMES = {
  operation: ['gen_ai.operation.name', 'llm.request.type'],
  provider: ['gen_ai.provider.name', 'gen_ai.system', 'ai.model.provider', 'llm.provider', 'llm.system'],
  model: ['gen_ai.request.model', 'ai.model.id', 'llm.model_name', 'llm.request.model'],
  responseModel: ['gen_ai.response.model', 'ai.response.model', 'llm.response.model'],
  inputTokens: [
    ...['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'ai.usage.inputTokens', 'ai.usage.promptTokens'],
    ...['llm.token_count.prompt', 'llm.usage.prompt_tokens', 'ai.usage.tokens'],
  ],
  outputTokens: [
    ...['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'ai.usage.outputTokens'],
    ...['ai.usage.completionTokens', 'llm.token_count.completion', 'llm.usage.completion_tokens'],
  ],
  cacheRead: [
    ...['gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens', 'ai.usage.cachedInputTokens'],
    ...['llm.token_count.prompt_details.cache_read'],
  ],
  cacheWrite: [
    ...['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
    ...['gen_ai.usage.cache_creation_input_tokens', 'llm.token_count.prompt_details.cache_write'],
  ],
  reasoning: ['gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens', 'ai.usage.reasoningTokens'],
  finish: ['gen_ai.response.finish_reasons', 'ai.response.finishReason', 'gen_ai.response.finish_reason'],
  costUsd: ['tta.llm.cost_usd', 'gen_ai.usage.cost.amount', 'gen_ai.usage.cost', 'llm.cost.total'],
  firstChunkSeconds: ['gen_ai.response.time_to_first_chunk'],
  firstChunkMs: ['ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'],
} as const;

/** Operations that contain calls but are not calls, even if they add up tokens. */
const CONTAINERS: ReadonlySet<string> = new Set(['invoke_agent', 'create_agent', 'invoke_workflow', 'execute_tool']);

const OPERATIONS: Readonly<Record<string, GenAiCall['operation']>> = {
  chat: 'chat',
  completion: 'text_completion',
  text_completion: 'text_completion',
  generate_content: 'generate_content',
  embeddings: 'embeddings',
  embedding: 'embeddings',
};

/** Reads the call that a span describes; undefined if it describes none. A span around such a span may describe the same call. */
export function genAiCallOf({ attributes, name, endAtMs }: OtlpSpan): GenAiCall | undefined {
  const stated = textOf(attributes, NAMES.operation);
  if (stated !== undefined && CONTAINERS.has(stated)) return undefined;
  const model = textOf(attributes, NAMES.model);
  const responseModel = textOf(attributes, NAMES.responseModel);
  const usage = usageOf(attributes);
  const operation = OPERATIONS[stated ?? ''] ?? (/embed/i.test(name) ? 'embeddings' : 'chat');
  const isCall = (stated !== undefined && stated in OPERATIONS) || usage !== undefined;
  if (!isCall || (model === undefined && responseModel === undefined)) return undefined;
  const provider = providerOf(textOf(attributes, NAMES.provider));
  const seconds = numberOf(attributes, NAMES.firstChunkSeconds);
  return {
    operation,
    provider,
    model,
    responseModel,
    usage,
    firstChunkMs: seconds === undefined ? numberOf(attributes, NAMES.firstChunkMs) : seconds * 1000,
    finish: listOf(anyOf(attributes, NAMES.finish)),
    costUsd: numberOf(attributes, NAMES.costUsd) ?? listPrice(usage, responseModel, model, provider, endAtMs),
  };
}

/** An embedding has tokens in alone. */
function usageOf(attributes: Attributes): Usage | undefined {
  const inputTokens = numberOf(attributes, NAMES.inputTokens);
  const outputTokens = numberOf(attributes, NAMES.outputTokens);
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const cacheReadTokens = numberOf(attributes, NAMES.cacheRead);
  const cacheWriteTokens = numberOf(attributes, NAMES.cacheWrite);
  const reasoningTokens = numberOf(attributes, NAMES.reasoning);
  return {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    ...(cacheReadTokens !== undefined && { cacheReadTokens }),
    ...(cacheWriteTokens !== undefined && { cacheWriteTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }),
  };
}

/** The AI SDK names its own interface after a dot: `openai.chat`. */
function providerOf(stated: string | undefined): string | undefined {
  return stated?.replace(/\.(chat|responses|completion|embedding|messages|generative-ai)$/, '').toLowerCase();
}

function listPrice(
  usage: Usage | undefined,
  responseModel: string | undefined,
  model: string | undefined,
  provider: string | undefined,
  endAtMs: number,
): number | null {
  if (usage === undefined) return null;
  for (const name of [responseModel, model]) {
    const cost = name === undefined ? null : priceOf(usage, name, { provider, at: new Date(endAtMs) });
    if (cost !== null) return cost.totalUsd;
  }
  return null;
}

function anyOf(attributes: Attributes, names: readonly string[]): AttributeValue | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

function textOf(attributes: Attributes, names: readonly string[]): string | undefined {
  const value = anyOf(attributes, names);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Some exporters send numbers as texts. */
function numberOf(attributes: Attributes, names: readonly string[]): number | undefined {
  const value = anyOf(attributes, names);
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

function listOf(value: AttributeValue | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'object' ? value.map(String) : [String(value)];
}
