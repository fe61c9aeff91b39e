import { type Places, placesOf } from '../counts.ts';

/** No counts yet, under the names that they have in `Usage`, and two more. Every name is there from the start, which makes them quick to fill. */
export const NO_COUNTS = {
  inputTokens: undefined,
  outputTokens: undefined,
  totalTokens: undefined,
  cacheReadTokens: undefined,
  cacheReadAudioTokens: undefined,
  cacheReadImageTokens: undefined,
  cacheWriteTokens: undefined,
  cacheWrite5mTokens: undefined,
  cacheWrite1hTokens: undefined,
  reasoningTokens: undefined,
  inputAudioTokens: undefined,
  inputImageTokens: undefined,
  outputAudioTokens: undefined,
  outputImageTokens: undefined,
} as const;

export type Count = keyof typeof NO_COUNTS;

/** Cache writes by how long they are kept, as Anthropic counts them and gateways hand them on. */
const WRITES: Places<Count> = placesOf<Count>({
  ephemeral_5m_input_tokens: 'cacheWrite5mTokens',
  ephemeral_1h_input_tokens: 'cacheWrite1hTokens',
});

const CACHED: Places<Count> = placesOf<Count>({
  audio_tokens: 'cacheReadAudioTokens',
  image_tokens: 'cacheReadImageTokens',
});

const INPUT: Places<Count> = placesOf<Count>({
  audio_tokens: 'inputAudioTokens',
  image_tokens: 'inputImageTokens',
  cached_tokens: 'cacheReadTokens',
  cachedTokens: 'cacheReadTokens',
  audioTokens: 'inputAudioTokens',
  cached_tokens_details: CACHED,
  cache_write_tokens: 'cacheWriteTokens', // OpenRouter
  cached_read_tokens: 'cacheReadTokens', // Bifrost
  cached_write_tokens: 'cacheWriteTokens',
  cache_read_input_tokens: 'cacheReadTokens',
  cache_creation_tokens: 'cacheWriteTokens', // LiteLLM
  cache_creation_token_details: WRITES,
  cache_creation_input_tokens: 'cacheWriteTokens', // DashScope
  cache_creation: WRITES,
});

const OUTPUT: Places<Count> = placesOf<Count>({
  audio_tokens: 'outputAudioTokens',
  image_tokens: 'outputImageTokens',
  reasoning_tokens: 'reasoningTokens',
});

/**
 * Where the counts of a usage in OpenAI's shape stand. Cached tokens are included in the input, and reasoning in the output.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export const PLACES: Places<Count> = placesOf<Count>({
  prompt_tokens: 'inputTokens',
  completion_tokens: 'outputTokens',
  prompt_tokens_details: INPUT,
  prompt_token_details: INPUT, // Mistral
  completion_tokens_details: OUTPUT,
  input_tokens: 'inputTokens', // Responses API, images
  output_tokens: 'outputTokens',
  input_tokens_details: INPUT,
  output_tokens_details: OUTPUT,
  input_token_details: INPUT, // Realtime API
  output_token_details: OUTPUT,
  total_tokens: 'totalTokens',
  prompt_cache_hit_tokens: 'cacheReadTokens', // DeepSeek
  cached_tokens: 'cacheReadTokens', // Moonshot, Together
  num_cached_tokens: 'cacheReadTokens', // Mistral
  cache_read_input_tokens: 'cacheReadTokens', // Databricks, Portkey, LiteLLM
  cache_creation_input_tokens: 'cacheWriteTokens',
  cache_creation: WRITES,
  reasoning_tokens: 'reasoningTokens', // Perplexity
  // Mistral's client
  promptTokens: 'inputTokens',
  completionTokens: 'outputTokens',
  totalTokens: 'totalTokens',
  promptTokensDetails: INPUT,
  promptTokenDetails: INPUT,
  numCachedTokens: 'cacheReadTokens',
});
