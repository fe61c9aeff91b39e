import { countField, field, textField } from './fields.ts';
import type { Usage } from './money/usage.ts';

/** The usage that one answer, or one final chunk, states in any of the known shapes. */
export function usageInAnswer(answer: unknown): Usage | undefined {
  const response = responseOfEvent(answer);
  if (response !== undefined) return usageInAnswer(response);
  const usage = field(answer, 'usage');
  return chatUsage(usage) ?? messageUsage(usage) ?? geminiUsage(field(answer, 'usageMetadata')) ?? aiSdkUsage(answer);
}

/** The model that one answer, or one chunk, names in any of the known shapes. */
export function modelInAnswer(answer: unknown): string | undefined {
  const whole = responseOfEvent(answer) ?? messageOfStart(answer) ?? answer;
  return textField(whole, 'model') ?? textField(whole, 'modelVersion') ?? aiSdkModel(whole);
}

/** The message that an Anthropic stream starts with: it knows the input, and only the first tokens of the output. */
export function messageOfStart(event: unknown): unknown {
  return field(event, 'type') === 'message_start' ? field(event, 'message') : undefined;
}

/** The response inside an event of the Responses API (`response.completed`, `response.incomplete` ...). */
function responseOfEvent(event: unknown): unknown {
  return textField(event, 'type')?.startsWith('response.') === true ? field(event, 'response') : undefined;
}

/**
 * Chat completions and embeddings: cached tokens are included in the prompt, and reasoning in the completion.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
function chatUsage(usage: unknown): Usage | undefined {
  const inputTokens = countField(usage, 'prompt_tokens');
  const totalTokens = countField(usage, 'total_tokens');
  // An embedding has no completion; then the prompt is the total.
  const completionTokens = countField(usage, 'completion_tokens') ?? (totalTokens === inputTokens ? 0 : undefined);
  if (inputTokens === undefined || completionTokens === undefined) return undefined;
  const input = field(usage, 'prompt_tokens_details');
  const output = field(usage, 'completion_tokens_details');
  const reasoningTokens = countField(output, 'reasoning_tokens');
  // Some compatible providers (xAI) leave reasoning out of the completion; their total gives it away.
  const unlisted = totalTokens === inputTokens + completionTokens + (reasoningTokens ?? 0) ? (reasoningTokens ?? 0) : 0;
  return known({
    inputTokens,
    outputTokens: completionTokens + unlisted,
    cacheReadTokens: countField(input, 'cached_tokens') ?? countField(usage, 'prompt_cache_hit_tokens'),
    cacheWriteTokens: countField(input, 'cache_write_tokens'),
    reasoningTokens,
    inputAudioTokens: countField(input, 'audio_tokens'),
    outputAudioTokens: countField(output, 'audio_tokens'),
  });
}

/** `input_tokens` and `output_tokens`: the Responses API counts cached input in, Anthropic counts it apart. */
export function messageUsage(usage: unknown): Usage | undefined {
  const inputTokens = countField(usage, 'input_tokens');
  const outputTokens = countField(usage, 'output_tokens');
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const input = field(usage, 'input_tokens_details') ?? field(usage, 'input_token_details');
  return input === undefined
    ? anthropicUsage(usage, inputTokens, outputTokens)
    : responsesUsage(usage, input, inputTokens, outputTokens);
}

/** @see https://platform.openai.com/docs/api-reference/responses/object */
function responsesUsage(usage: unknown, input: unknown, inputTokens: number, outputTokens: number): Usage | undefined {
  // Made images have tokens at rates of their own, which a usage of text cannot express.
  if (field(input, 'image_tokens') !== undefined && field(input, 'cached_tokens') === undefined) return undefined;
  const output = field(usage, 'output_tokens_details') ?? field(usage, 'output_token_details');
  return known({
    inputTokens,
    outputTokens,
    cacheReadTokens: countField(input, 'cached_tokens'),
    cacheWriteTokens: countField(input, 'cache_write_tokens'),
    reasoningTokens: countField(output, 'reasoning_tokens'),
    inputAudioTokens: countField(input, 'audio_tokens'),
    outputAudioTokens: countField(output, 'audio_tokens'),
  });
}

/** @see https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching#tracking-cache-performance */
function anthropicUsage(usage: unknown, uncachedTokens: number, outputTokens: number): Usage {
  const cacheReadTokens = countField(usage, 'cache_read_input_tokens');
  const cacheWriteTokens = countField(usage, 'cache_creation_input_tokens');
  return known({
    inputTokens: uncachedTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0),
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: countField(field(usage, 'cache_creation'), 'ephemeral_1h_input_tokens'),
    reasoningTokens: countField(field(usage, 'output_tokens_details'), 'thinking_tokens'),
  });
}

/** Gemini leaves out what is zero, and counts thoughts and the prompts of tools apart. @see https://ai.google.dev/api/generate-content#UsageMetadata */
function geminiUsage(usage: unknown): Usage | undefined {
  const promptTokens = countField(usage, 'promptTokenCount');
  if (promptTokens === undefined) return undefined;
  const thoughts = countField(usage, 'thoughtsTokenCount');
  return known({
    inputTokens: promptTokens + (countField(usage, 'toolUsePromptTokenCount') ?? 0),
    outputTokens: (countField(usage, 'candidatesTokenCount') ?? 0) + (thoughts ?? 0),
    cacheReadTokens: countField(usage, 'cachedContentTokenCount'),
    reasoningTokens: thoughts,
    inputAudioTokens: audioTokens(field(usage, 'promptTokensDetails')),
    outputAudioTokens: audioTokens(field(usage, 'candidatesTokensDetails')),
  });
}

/**
 * Results and parts of streams of the AI SDK, from version 6 on: numbers with details beside them, or, of its language models, both
 * in one. Of several steps the sum counts. Before version 6 it depended on the provider what was included in its numbers.
 *
 * @see https://ai-sdk.dev/docs/reference/ai-sdk-core/generate-text
 */
function aiSdkUsage(answer: unknown): Usage | undefined {
  const usage = field(answer, 'totalUsage') ?? field(answer, 'usage');
  const input = field(usage, 'inputTokenDetails') ?? field(usage, 'inputTokens');
  const output = field(usage, 'outputTokenDetails') ?? field(usage, 'outputTokens');
  if (typeof input !== 'object' || typeof output !== 'object') return undefined;
  const inputTokens = countField(usage, 'inputTokens') ?? countField(input, 'total');
  const outputTokens = countField(usage, 'outputTokens') ?? countField(output, 'total');
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  return known({
    inputTokens,
    outputTokens,
    cacheReadTokens: countField(input, 'cacheReadTokens') ?? countField(input, 'cacheRead'),
    cacheWriteTokens: countField(input, 'cacheWriteTokens') ?? countField(input, 'cacheWrite'),
    reasoningTokens: countField(output, 'reasoningTokens') ?? countField(output, 'reasoning'),
  });
}

function aiSdkModel(answer: unknown): string | undefined {
  const response = field(answer, 'type') === 'response-metadata' ? answer : field(answer, 'response');
  return textField(response, 'modelId');
}

function audioTokens(details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined;
  const audio = details.find((detail) => field(detail, 'modality') === 'AUDIO');
  return countField(audio, 'tokenCount');
}

/** The usage without the parts that the answer did not mention. */
function known(usage: Usage): Usage {
  return Object.fromEntries(Object.entries(usage).filter(([, tokens]) => tokens !== undefined)) as unknown as Usage;
}
