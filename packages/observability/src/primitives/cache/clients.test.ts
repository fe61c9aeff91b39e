import Anthropic from '@anthropic-ai/sdk';
import { GenerateContentResponse, GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import type { WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, collect, Provider } from '../../llm/dialects/__fixtures__/provider.ts';
import { message } from './__fixtures__/anthropic-message.ts';
import { CachePrimitive } from './cache-primitive.ts';
import { memoryStore } from './store/memory-store.ts';

let provider: Provider;

beforeAll(async () => {
  provider = await Provider.start();
});

afterAll(() => provider.stop());

const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const CHAT = { id: 'chatcmpl-1', created: 1, model: 'gpt-4o-mini' };

const chat = {
  whole: {
    ...CHAT,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hello you', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: USAGE,
  },
  chunks: [
    { delta: { role: 'assistant', content: 'Hello' }, finish_reason: null },
    { delta: { content: ' you' }, finish_reason: null },
    { delta: {}, finish_reason: 'stop' },
  ]
    .map((choice): object => ({
      ...CHAT,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, ...choice }],
      usage: null,
    }))
    .concat([{ ...CHAT, object: 'chat.completion.chunk', choices: [], usage: USAGE }]),
};

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  model: 'gpt-5',
  status: 'completed',
  output: [
    {
      type: 'message',
      id: 'm',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hello you', annotations: [] }],
    },
  ],
  usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
};

const response = {
  whole: RESPONSE,
  chunks: [
    { type: 'response.created', sequence_number: 0, response: { ...RESPONSE, status: 'in_progress', output: [] } },
    {
      type: 'response.output_text.delta',
      sequence_number: 1,
      item_id: 'm',
      output_index: 0,
      content_index: 0,
      delta: 'Hello you',
    },
    { type: 'response.completed', sequence_number: 2, response: RESPONSE },
  ],
};

const gemini = {
  whole: {
    candidates: [{ content: { parts: [{ text: 'Hello you' }], role: 'model' }, finishReason: 'STOP' }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
    modelVersion: 'gemini-2.5-flash',
  },
  chunks: [
    {
      candidates: [{ content: { parts: [{ text: 'Hello' }], role: 'model' } }],
      usageMetadata: { promptTokenCount: 3, totalTokenCount: 4 },
      modelVersion: 'gemini-2.5-flash',
    },
    {
      candidates: [{ content: { parts: [{ text: ' you' }], role: 'model' }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
      modelVersion: 'gemini-2.5-flash',
    },
  ],
};

type Call = (request: object, context: WorkflowContext) => unknown;

const openai = (): OpenAI => new OpenAI({ apiKey: 'none', baseURL: `${provider.url}/v1`, maxRetries: 0 });
const anthropic = (): Anthropic => new Anthropic({ apiKey: 'none', baseURL: provider.url, maxRetries: 0 });

/** The clients whose requests say in which form they want the answer. */
const clients: [string, Answer, object, object, () => Call][] = [
  [
    'OpenAI, chat completions',
    chat,
    { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] },
    { stream: true, stream_options: { include_usage: true } },
    () =>
      (request, { signal }) =>
        openai().chat.completions.create(request as never, { signal }),
  ],
  [
    'OpenAI, responses',
    response,
    { model: 'gpt-5', input: 'Hi' },
    { stream: true },
    () =>
      (request, { signal }) =>
        openai().responses.create(request as never, { signal }),
  ],
  [
    'Anthropic',
    message,
    { model: 'claude-opus-5-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] },
    { stream: true },
    () =>
      (request, { signal }) =>
        anthropic().messages.create(request as never, { signal }),
  ],
];

describe.each(clients)('a cache around the client of %s', (_, answer, request, streaming, call) => {
  it('K21 serves the stream that was stored, and the whole answer that the client would have given', async () => {
    provider.answer = answer;
    const step = vi.fn(call());
    const whole = await step(request, {} as WorkflowContext);
    const cache = new CachePrimitive(step);
    const streamed = { ...request, ...streaming };
    const chunks = await collect((await cache.execute(streamed)) as AsyncIterable<unknown>);
    expect(chunks).toEqual(answer.chunks);
    expect(await collect((await cache.execute(streamed)) as AsyncIterable<unknown>)).toEqual(answer.chunks);
    expect(await cache.execute(request)).toEqual(whole);
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('K21 serves a stream that says the whole answer that was stored', async () => {
    provider.answer = answer;
    const step = vi.fn(call());
    const cache = new CachePrimitive(step);
    const whole = await cache.execute(request);
    const chunks = await collect((await cache.execute({ ...request, ...streaming })) as AsyncIterable<unknown>);
    expect(JSON.stringify(chunks)).toContain('Hello you');
    expect(await cache.execute(request)).toEqual(whole);
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ hits: 2, misses: 1 });
  });
});

describe('a cache around the client of Gemini', () => {
  const client = (): GoogleGenAI => new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: provider.url } });
  type Request = Parameters<GoogleGenAI['models']['generateContent']>[0];
  const request: Request = { model: 'gemini-2.5-flash', contents: 'Hi' };
  const ask = (input: Request): Promise<GenerateContentResponse> => client().models.generateContent(input);
  const stream = (input: Request): Promise<AsyncGenerator<GenerateContentResponse>> =>
    client().models.generateContentStream(input);
  const textOf = (chunks: readonly GenerateContentResponse[]): string => chunks.map(({ text }) => text).join('');

  it('gives a hit that is a response as the client gives it, getters and all, also from a cache that has stored none', async () => {
    provider.answer = gemini;
    const store = memoryStore();
    const original = await new CachePrimitive(ask, { operation: 'gemini', store }).execute(request);
    const step = vi.fn(ask);
    const elsewhere = new CachePrimitive(step, { operation: 'gemini', store });
    for (let turns = 0; turns < 2; turns += 1) {
      const hit = await elsewhere.execute(request);
      expect(hit).toBeInstanceOf(GenerateContentResponse);
      expect(hit).toStrictEqual(original);
      expect(hit.text).toBe('Hello you');
      hit.candidates = [];
    }
    expect(step).not.toHaveBeenCalled();
  });

  it('asks the step where a stored response is of a class that the process has not seen', async () => {
    provider.answer = gemini;
    const store = memoryStore();
    await new CachePrimitive(ask, { operation: 'gemini', store }).execute(request);
    const { get } = store;
    store.get = async (key) => {
      const stored = await get.call(store, key);
      return stored && { ...stored, value: stored.value.replace('generate_content_response', 'unseen_class') };
    };
    const step = vi.fn(ask);
    const elsewhere = new CachePrimitive(step, { operation: 'gemini', store });
    expect((await elsewhere.execute(request)).text).toBe('Hello you');
    expect(step).toHaveBeenCalledTimes(1);
  });

  it('gives those who share a call responses of their own', async () => {
    provider.answer = gemini;
    const cache = new CachePrimitive(ask, { operation: 'gemini' });
    const [left, right] = await Promise.all([cache.execute(request), cache.execute(request)]);
    left.candidates = [];
    expect(right.text).toBe('Hello you');
    expect(right).toBeInstanceOf(GenerateContentResponse);
  });

  it('gives a stream of responses again, each as the client gives it', async () => {
    provider.answer = gemini;
    const step = vi.fn(stream);
    const cache = new CachePrimitive(step, { operation: 'gemini' });
    const original = await collect(await cache.execute(request));
    for (let turns = 0; turns < 2; turns += 1) {
      const chunks = await collect(await cache.execute(request));
      expect(chunks).toStrictEqual(original);
      expect(textOf(chunks)).toBe('Hello you');
      expect(chunks[0]).toBeInstanceOf(GenerateContentResponse);
    }
    expect(step).toHaveBeenCalledTimes(1);
  });

  it('K21 serves whole and streamed calls from one entry, where each cache says what its step gives', async () => {
    provider.answer = gemini;
    const store = memoryStore();
    const wholeStep = vi.fn(ask);
    const streamStep = vi.fn(stream);
    const whole = new CachePrimitive(wholeStep, { operation: 'gemini', store, form: 'whole' });
    const streamed = new CachePrimitive(streamStep, { operation: 'gemini', store, form: 'stream' });
    await collect(await streamed.execute(request));
    expect((await whole.execute(request)).text).toBe('Hello you');
    expect(wholeStep).not.toHaveBeenCalled();
    const other = { ...request, contents: 'Ho' };
    await whole.execute(other);
    expect(textOf(await collect(await streamed.execute(other)))).toBe('Hello you');
    expect(streamStep).toHaveBeenCalledTimes(1);
  });

  it('does not store a stream of which only some chunks are responses of the client', async () => {
    using recording = recordingObserver();
    provider.answer = gemini;
    const cache = new CachePrimitive(async function* (input: Request) {
      yield* await stream(input);
      yield { note: 'plain' };
    });
    await collect(await cache.execute(request));
    expect(recording.factsOf('cache.skipped')).toEqual(['unserializable']);
  });
});
