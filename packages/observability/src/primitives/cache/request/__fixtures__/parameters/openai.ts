import type OpenAI from 'openai';
import { inKey, type Parameters, person, required, serverState, withoutEffect } from './parameter.ts';

const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Tells it',
    parameters: { type: 'object', properties: { place: { type: 'string' } } },
  },
};

const noon: OpenAI.ChatCompletionTool = { type: 'function', function: { name: 'noon' } };

const schema = { type: 'object', properties: { total: { type: 'number' } } };

export const chatParameters: Parameters<OpenAI.ChatCompletionCreateParamsNonStreaming> = {
  messages: required<OpenAI.ChatCompletionMessageParam[]>(
    [{ role: 'user', content: 'What is a café?' }],
    [{ role: 'user', content: 'What is a cafe?' }],
    [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is a café?' },
    ],
    [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAEC' } },
        ],
      },
    ],
    [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAED' } },
        ],
      },
    ],
    [
      { role: 'user', content: 'And Rome?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sun' },
    ],
  ),
  model: required<OpenAI.ChatCompletionCreateParamsNonStreaming['model']>(
    'gpt-4o-mini',
    'gpt-4o',
    'gpt-4o-mini-2024-07-18',
  ),
  audio: inKey<OpenAI.ChatCompletionAudioParam | null>(
    { format: 'wav', voice: 'alloy' },
    { format: 'mp3', voice: 'alloy' },
    null,
  ),
  frequency_penalty: inKey<number | null>(0, 0.1, null),
  function_call: inKey<'none' | 'auto' | { name: string }>('none', 'auto', { name: 'f' }),
  functions: inKey<OpenAI.ChatCompletionCreateParams.Function[]>([{ name: 'f' }], [{ name: 'g' }]),
  logit_bias: inKey<Record<string, number> | null>({ 50256: -100 }, { 50256: 100 }),
  logprobs: inKey<boolean | null>(true, false),
  max_completion_tokens: inKey<number | null>(10, 11),
  max_tokens: inKey<number | null>(10, 11),
  metadata: withoutEffect<Record<string, string> | null>({ trace: '1' }, { trace: '2' }),
  modalities: inKey<('text' | 'audio')[] | null>(['text'], ['text', 'audio'], ['audio', 'text']),
  moderation: inKey<OpenAI.ChatCompletionCreateParams.Moderation | null>({ model: 'omni-moderation-latest' }, null),
  n: inKey<number | null>(1, 2),
  parallel_tool_calls: inKey(true, false),
  prediction: inKey<OpenAI.ChatCompletionPredictionContent | null>(
    { type: 'content', content: 'a' },
    { type: 'content', content: 'b' },
  ),
  presence_penalty: inKey<number | null>(0, 1),
  prompt_cache_key: withoutEffect<string | null>('p', 'q'),
  prompt_cache_options: inKey<OpenAI.ChatCompletionCreateParams.PromptCacheOptions>(
    { mode: 'implicit' },
    { mode: 'explicit' },
  ),
  prompt_cache_retention: inKey<'in_memory' | '24h' | null>('in_memory', '24h'),
  reasoning_effort: inKey<OpenAI.ReasoningEffort>('low', 'high'),
  response_format: inKey<NonNullable<OpenAI.ChatCompletionCreateParamsNonStreaming['response_format']>>(
    { type: 'text' },
    { type: 'json_object' },
    { type: 'json_schema', json_schema: { name: 's', schema } },
  ),
  safety_identifier: person<string | null>('h1', 'h2'),
  seed: inKey<number | null>(1, 2),
  service_tier: withoutEffect<'auto' | 'flex' | 'priority' | null>('auto', 'flex', 'priority'),
  stop: inKey<string | string[] | null>('END', ['END'], ['END', 'STOP']),
  store: withoutEffect<boolean | null>(false, null),
  stream: withoutEffect<false | null>(false, null),
  stream_options: withoutEffect<OpenAI.ChatCompletionStreamOptions | null>(
    { include_usage: true },
    { include_usage: false },
  ),
  temperature: inKey<number | null>(0, 0.7, 1),
  tool_choice: inKey<OpenAI.ChatCompletionToolChoiceOption>('none', 'auto', {
    type: 'function',
    function: { name: 'weather' },
  }),
  tools: inKey<OpenAI.ChatCompletionTool[]>([weather], [weather, noon], [noon, weather]),
  top_logprobs: inKey<number | null>(1, 2),
  top_p: inKey<number | null>(0.1, 0.9),
  user: person('ann', 'bob'),
  verbosity: inKey<'low' | 'high' | null>('low', 'high'),
  web_search_options: inKey<OpenAI.ChatCompletionCreateParams.WebSearchOptions>({}, { search_context_size: 'low' }),
};

export const responsesParameters: Parameters<OpenAI.Responses.ResponseCreateParamsNonStreaming> = {
  access_programs: inKey<OpenAI.Responses.ResponseCreateParams.AccessPrograms>({}, { cyber: 'standard' }),
  background: serverState<boolean | null>(true),
  context_management: inKey<OpenAI.Responses.ResponseCreateParams.ContextManagement[] | null>(
    [{ type: 'compaction' }],
    [{ type: 'compaction', compact_threshold: 1 }],
  ),
  conversation: serverState<string | { id: string } | null>('c', { id: 'c' }),
  image: inKey<OpenAI.Responses.ResponseCreateParams.Image>(
    { context_compression: 'auto' },
    { context_compression: 'disabled' },
  ),
  include: inKey<OpenAI.Responses.ResponseIncludable[] | null>(
    ['reasoning.encrypted_content'],
    ['message.output_text.logprobs'],
  ),
  input: required<string | OpenAI.Responses.ResponseInput>(
    'What is a café?',
    'What is a cafe?',
    [{ role: 'user', content: 'What is a café?' }],
    [{ role: 'user', content: [{ type: 'input_file', file_id: 'f1' }] }],
    [{ role: 'user', content: [{ type: 'input_file', file_id: 'f2' }] }],
  ),
  instructions: inKey<string | null>('Be brief.', 'Be long.', ''),
  max_output_tokens: inKey<number | null>(10, 11),
  max_tool_calls: inKey<number | null>(1, 2),
  metadata: withoutEffect<Record<string, string> | null>({ trace: '1' }, { trace: '2' }),
  model: required<OpenAI.ResponsesModel>('gpt-5', 'gpt-5-mini'),
  moderation: inKey<OpenAI.Responses.ResponseCreateParams.Moderation | null>({ model: 'omni-moderation-latest' }, null),
  parallel_tool_calls: inKey<boolean | null>(true, false),
  previous_response_id: serverState<string | null>('resp_1'),
  prompt: inKey<OpenAI.Responses.ResponsePrompt | null>(
    { id: 'p' },
    { id: 'p', version: '2' },
    { id: 'p', variables: { a: 'b' } },
  ),
  prompt_cache_key: withoutEffect<string | null>('p', 'q'),
  prompt_cache_options: inKey<OpenAI.Responses.ResponseCreateParams.PromptCacheOptions>(
    { mode: 'implicit' },
    { mode: 'explicit' },
  ),
  prompt_cache_retention: inKey<'in_memory' | '24h' | null>('in_memory', '24h'),
  reasoning: inKey<OpenAI.Reasoning | null>({ effort: 'low' }, { effort: 'high' }, { effort: 'high', summary: 'auto' }),
  safety_identifier: person<string | null>('h1', 'h2'),
  service_tier: withoutEffect<OpenAI.Responses.ResponseCreateParamsNonStreaming['service_tier'] & string>(
    'auto',
    'flex',
  ),
  store: serverState<boolean | null>(true),
  stream: withoutEffect<false | null>(false, null),
  stream_options: withoutEffect<OpenAI.Responses.ResponseCreateParams.StreamOptions | null>({
    include_obfuscation: false,
  }),
  temperature: inKey<number | null>(0, 1),
  text: inKey<OpenAI.Responses.ResponseTextConfig>(
    { format: { type: 'text' } },
    { format: { type: 'json_schema', name: 's', schema } },
    { verbosity: 'low' },
  ),
  tool_choice: inKey<'none' | 'auto' | { type: 'function'; name: string }>('none', 'auto', {
    type: 'function',
    name: 'f',
  }),
  tools: inKey<OpenAI.Responses.Tool[]>(
    [{ type: 'function', name: 'f', parameters: schema, strict: true }],
    [{ type: 'function', name: 'f', parameters: schema, strict: false }],
    [{ type: 'file_search', vector_store_ids: ['v'] }],
  ),
  top_logprobs: inKey<number | null>(1, 2),
  top_p: inKey<number | null>(0.1, 0.9),
  truncation: inKey<'auto' | 'disabled' | null>('auto', 'disabled'),
  user: person('ann', 'bob'),
};

export const embeddingParameters: Parameters<OpenAI.EmbeddingCreateParams> = {
  input: required<OpenAI.EmbeddingCreateParams['input']>(
    'a',
    'b',
    ['a', 'b'],
    ['b', 'a'],
    ['ab'],
    [1, 2],
    [[1], [2]],
    [[1, 2]],
  ),
  model: required<OpenAI.EmbeddingCreateParams['model']>('text-embedding-3-small', 'text-embedding-3-large'),
  dimensions: inKey(256, 512),
  encoding_format: inKey<'float' | 'base64'>('float', 'base64'),
  user: person('ann', 'bob'),
};
