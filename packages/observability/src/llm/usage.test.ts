import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { modelOf, usageOf } from './usage.ts';

const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 0,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      logprobs: null,
      message: { role: 'assistant', content: 'Yes.', refusal: null },
    },
  ],
  usage: {
    prompt_tokens: 1200,
    completion_tokens: 340,
    total_tokens: 1540,
    prompt_tokens_details: { cached_tokens: 1024, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 256 },
  },
} satisfies OpenAI.ChatCompletion;

const chunk = (part: Partial<OpenAI.ChatCompletionChunk>): OpenAI.ChatCompletionChunk => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, delta: { content: 'Yes' }, finish_reason: null }],
  usage: null,
  ...part,
});

const lastChunk = chunk({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 } });

describe('usageOf', () => {
  it('reads a chat completion, cached tokens inside its input and reasoning inside its output', () => {
    expect(usageOf(completion)).toEqual({
      inputTokens: 1200,
      outputTokens: 340,
      cacheReadTokens: 1024,
      reasoningTokens: 256,
      inputAudioTokens: 0,
    });
  });

  it('reads a plain result of the AI SDK', () => {
    const usage = {
      inputTokens: 1200,
      inputTokenDetails: { noCacheTokens: 100, cacheReadTokens: 1000, cacheWriteTokens: 100 },
      outputTokens: 340,
      outputTokenDetails: { textTokens: 84, reasoningTokens: 256 },
      totalTokens: 1540,
    };
    const counted = {
      inputTokens: 1200,
      outputTokens: 340,
      cacheReadTokens: 1000,
      cacheWriteTokens: 100,
      reasoningTokens: 256,
    };
    expect(usageOf({ text: 'Yes.', finishReason: 'stop', usage })).toEqual(counted);
    expect(usageOf({ type: 'finish-step', finishReason: 'stop', usage })).toEqual(counted);
  });

  it('reads a result of a language model of the AI SDK', () => {
    const usage = {
      inputTokens: { total: 1200, noCache: 200, cacheRead: 1000, cacheWrite: undefined },
      outputTokens: { total: 340, text: 84, reasoning: 256 },
    };
    expect(usageOf({ content: [], finishReason: { unified: 'stop', raw: 'stop' }, usage })).toEqual({
      inputTokens: 1200,
      outputTokens: 340,
      cacheReadTokens: 1000,
      reasoningTokens: 256,
    });
  });

  it('takes the sum where an AI SDK result of several steps has both the sum and the last step', () => {
    const [usage, totalUsage] = [10, 30].map((tokens) => ({
      inputTokens: tokens,
      inputTokenDetails: {},
      outputTokens: tokens,
      outputTokenDetails: {},
    }));
    expect(usageOf({ text: 'Yes.', finishReason: 'stop', usage, totalUsage })).toEqual({
      inputTokens: 30,
      outputTokens: 30,
    });
  });

  it.each([
    ['numbers that do not say what they include', { inputTokens: 12, outputTokens: 3 }],
    ['an answer whose provider counted nothing', { inputTokens: { total: undefined }, outputTokens: { total: 3 } }],
    ['null in place of the details', { inputTokens: 12, inputTokenDetails: null, outputTokens: null }],
  ])('says nothing of the AI SDK where it gives %s', (_, usage) => {
    expect(usageOf({ text: 'Yes.', finishReason: 'stop', usage })).toBeUndefined();
  });

  it('reads an answer of the Responses API', () => {
    const usage: OpenAI.Responses.ResponseUsage = {
      input_tokens: 75,
      input_tokens_details: { cached_tokens: 32, cache_write_tokens: 8 },
      output_tokens: 1186,
      output_tokens_details: { reasoning_tokens: 1024 },
      total_tokens: 1261,
    };
    expect(usageOf({ object: 'response', model: 'gpt-5', usage })).toEqual({
      inputTokens: 75,
      outputTokens: 1186,
      cacheReadTokens: 32,
      cacheWriteTokens: 8,
      reasoningTokens: 1024,
    });
  });

  it('reads the event that ends a stream of the Responses API, and nothing from the one that starts it', () => {
    const usage = { input_tokens: 7, input_tokens_details: { cached_tokens: 0 }, output_tokens: 2, total_tokens: 9 };
    const started = { type: 'response.created', response: { object: 'response', model: 'gpt-5', usage: null } };
    const ended = { type: 'response.completed', response: { object: 'response', model: 'gpt-5', usage } };
    const told = { inputTokens: 7, outputTokens: 2, cacheReadTokens: 0 };
    expect(usageOf(started)).toBeUndefined();
    expect(usageOf(ended)).toEqual(told);
    expect(usageOf([started, { type: 'response.output_text.delta', delta: 'Hi' }, ended])).toEqual(told);
  });

  it('reads embeddings, which have no output', () => {
    const usage: OpenAI.CreateEmbeddingResponse.Usage = { prompt_tokens: 8, total_tokens: 8 };
    expect(usageOf({ object: 'list', data: [], model: 'text-embedding-3-small', usage })).toEqual({
      inputTokens: 8,
      outputTokens: 0,
    });
  });

  it('reads a streamed chunk that carries the usage, and nothing from one that does not', () => {
    expect(usageOf(lastChunk)).toEqual({ inputTokens: 12, outputTokens: 3 });
    expect(usageOf(chunk({}))).toBeUndefined();
  });

  it('reads the chunks of a recorded stream', () => {
    expect(usageOf([chunk({}), chunk({}), lastChunk])).toEqual({ inputTokens: 12, outputTokens: 3 });
    expect(usageOf([chunk({}), chunk({})])).toBeUndefined();
    expect(usageOf([])).toBeUndefined();
  });

  it('takes the last count of a stream that repeats its usage', () => {
    const counted = [1, 2, 3].map((completion_tokens) =>
      chunk({ usage: { prompt_tokens: 12, completion_tokens, total_tokens: 12 + completion_tokens } }),
    );
    expect(usageOf(counted)).toEqual({ inputTokens: 12, outputTokens: 3 });
  });

  it('says nothing about several answers together', () => {
    expect(usageOf([completion, completion])).toBeUndefined();
    expect(usageOf([lastChunk, { ...lastChunk, id: 'chatcmpl-2' }])).toBeUndefined();
  });

  it('adds reasoning that a compatible provider leaves out of the completion, when its total says so', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 115,
      completion_tokens_details: { reasoning_tokens: 100 },
    };
    expect(usageOf({ model: 'grok-4', usage })).toEqual({ inputTokens: 10, outputTokens: 105, reasoningTokens: 100 });
  });

  it('counts tokens of an Anthropic prompt cache into the input, from which Anthropic leaves them out', () => {
    const usage = {
      input_tokens: 50,
      cache_read_input_tokens: 900,
      cache_creation_input_tokens: 100,
      cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 60 },
      output_tokens: 20,
    };
    expect(usageOf({ type: 'message', model: 'claude-sonnet-4-6', usage })).toEqual({
      inputTokens: 1050,
      outputTokens: 20,
      cacheReadTokens: 900,
      cacheWriteTokens: 100,
      cacheWrite1hTokens: 60,
    });
  });

  it('joins the two parts in which an Anthropic stream tells its usage', () => {
    const start = {
      type: 'message_start',
      message: {
        type: 'message',
        model: 'claude-haiku-4-5',
        usage: { input_tokens: 25, cache_read_input_tokens: 5, output_tokens: 1 },
      },
    };
    const delta = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 15 } };
    const told = { inputTokens: 30, outputTokens: 15, cacheReadTokens: 5 };
    expect(usageOf([start, delta, { type: 'message_stop' }])).toEqual(told);
    expect(usageOf([start])).toBeUndefined();
    expect(usageOf([delta])).toBeUndefined();
    expect(modelOf([start, delta])).toBe('claude-haiku-4-5');
  });

  it('reads a Gemini response, whose thoughts and tool prompts are counted apart and whose zeros are left out', () => {
    const usageMetadata = {
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      toolUsePromptTokenCount: 7,
      thoughtsTokenCount: 30,
      totalTokenCount: 137,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 90 },
        { modality: 'AUDIO', tokenCount: 10 },
      ],
    };
    const response = { modelVersion: 'gemini-2.5-flash', usageMetadata };
    expect(usageOf(response)).toEqual({
      inputTokens: 107,
      outputTokens: 30,
      cacheReadTokens: 40,
      reasoningTokens: 30,
      inputAudioTokens: 10,
      inputImageTokens: 0,
    });
    expect(modelOf(response)).toBe('gemini-2.5-flash');
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'usage: 5'],
    ['a number', 5],
    ['a function', () => 5],
    ['an answer without usage', { model: 'gpt-4o' }],
    ['a usage that is null', { usage: null }],
    ['an empty usage', { usage: {} }],
    ['a prompt without a completion', { usage: { prompt_tokens: 5 } }],
    ['a completion that is missing from the total', { usage: { prompt_tokens: 5, total_tokens: 9 } }],
    ['negative tokens', { usage: { prompt_tokens: -5, completion_tokens: 1 } }],
    ['half tokens', { usage: { prompt_tokens: 1.5, completion_tokens: 1 } }],
    ['tokens as text', { usage: { prompt_tokens: '5', completion_tokens: '1' } }],
    ['tokens that are not a number', { usage: { prompt_tokens: Number.NaN, completion_tokens: 1 } }],
    [
      'images, whose tokens have rates of their own',
      {
        usage: { input_tokens: 50, output_tokens: 4000, input_tokens_details: { text_tokens: 50, image_tokens: 0 } },
      },
    ],
    ['a usage that is inherited', Object.create(completion)],
  ])('says nothing about %s', (_, output) => {
    expect(usageOf(output)).toBeUndefined();
  });

  it('never runs a getter of the answer, and never throws', () => {
    const startsWork = {
      get usage(): never {
        throw new Error('asked');
      },
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const hostile of [startsWork, revoked.proxy, [revoked.proxy]]) {
      expect(usageOf(hostile)).toBeUndefined();
      expect(modelOf(hostile)).toBeUndefined();
    }
  });
});

describe('modelOf', () => {
  it('reads the model that answered', () => {
    expect(modelOf(completion)).toBe('gpt-4o-mini-2024-07-18');
    expect(modelOf(chunk({}))).toBe('gpt-4o-mini');
    expect(modelOf({ type: 'response.completed', response: { model: 'gpt-5' } })).toBe('gpt-5');
  });

  it('reads the model in results and parts of streams of the AI SDK', () => {
    expect(modelOf({ text: 'Yes.', finishReason: 'stop', response: { modelId: 'gpt-5' } })).toBe('gpt-5');
    expect(modelOf([{ type: 'stream-start' }, { type: 'response-metadata', modelId: 'gpt-5' }])).toBe('gpt-5');
  });

  it('passes over chunks of a recorded stream that name no model', () => {
    expect(modelOf([chunk({ id: '', model: '', choices: [] }), chunk({})])).toBe('gpt-4o-mini');
  });

  it.each([undefined, null, 'gpt-4o', {}, { model: 5 }, { model: '' }, []])('says nothing about %j', (output) => {
    expect(modelOf(output)).toBeUndefined();
  });
});
