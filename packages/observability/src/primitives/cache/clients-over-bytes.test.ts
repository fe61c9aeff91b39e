import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { modelCall } from '../../llm/call/model-call.ts';
import { collect, Provider } from '../../llm/dialects/__fixtures__/provider.ts';
import { message } from './__fixtures__/anthropic-message.ts';
import { CachePrimitive } from './cache-primitive.ts';

let provider: Provider;

beforeAll(async () => {
  provider = await Provider.start();
});

afterAll(() => provider.stop());

const CHAT = { id: 'chatcmpl-1', created: 1, model: 'gpt-4o-mini' };
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

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
    { choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello' }, finish_reason: null }], usage: null },
    { choices: [{ index: 0, delta: { content: ' you' }, finish_reason: null }], usage: null },
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null },
    { choices: [], usage: USAGE },
  ].map((part) => ({ ...CHAT, object: 'chat.completion.chunk', ...part })),
};

/** A `fetch` for clients that asks the cache, which asks the server. */
function cachedFetch(path: string) {
  const step = vi.fn((body: object, { signal }: { readonly signal: AbortSignal }) =>
    fetch(provider.url + path, { method: 'POST', body: JSON.stringify(body), signal }),
  );
  const cache = new CachePrimitive(modelCall(step), { operation: 'chat' });
  return {
    step,
    cache,
    fetch: (_url: unknown, init?: RequestInit) => cache.execute(JSON.parse(String(init?.body)) as object),
  };
}

describe('the client of OpenAI over a cache of bytes', () => {
  const request = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hi' }] };
  const streamed = { ...request, stream: true as const, stream_options: { include_usage: true } };
  let cached: ReturnType<typeof cachedFetch>;
  let client: OpenAI;

  beforeEach(() => {
    provider.answer = chat;
    cached = cachedFetch('/chat/completions');
    client = new OpenAI({ apiKey: 'none', maxRetries: 0, fetch: cached.fetch });
  });

  it('gives whole answers', async () => {
    for (let count = 0; count < 3; count += 1) {
      expect(await client.chat.completions.create(request)).toEqual(chat.whole);
    }
    expect(cached.step).toHaveBeenCalledTimes(1);
    expect(cached.cache.getStats()).toMatchObject({ hits: 2, misses: 1 });
  });

  it('gives streams, their tee, and the text of their helper', async () => {
    for (let count = 0; count < 2; count += 1) {
      expect(await collect(await client.chat.completions.create(streamed))).toEqual(chat.chunks);
    }
    const [left, right] = (await client.chat.completions.create(streamed)).tee();
    expect(await Promise.all([collect(left), collect(right)])).toEqual([chat.chunks, chat.chunks]);
    const helped = client.chat.completions.stream({ ...request, stream_options: { include_usage: true } });
    expect((await helped.finalChatCompletion()).choices[0]?.message.content).toBe('Hello you');
    expect(cached.step).toHaveBeenCalledTimes(1);
  });

  it('gives responses beside their answers', async () => {
    await client.chat.completions.create(request);
    const { data, response, request_id } = await client.chat.completions.create(request).withResponse();
    expect([data, response.status, response.headers.get('content-type'), request_id]).toEqual([
      chat.whole,
      200,
      'application/json',
      null,
    ]);
    const raw = await client.chat.completions.create(request).asResponse();
    expect(await raw.json()).toEqual(chat.whole);
  });

  it('K21 serves whole and streamed requests from one entry', async () => {
    expect(await collect(await client.chat.completions.create(streamed))).toEqual(chat.chunks);
    expect(await client.chat.completions.create(request)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'Hello you' } }],
      usage: USAGE,
    });
    expect(cached.step).toHaveBeenCalledTimes(1);
    const other = { ...request, messages: [{ role: 'user' as const, content: 'Ho' }] };
    await client.chat.completions.create(other);
    const chunks = await collect(await client.chat.completions.create({ ...other, stream: true }));
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Hello you');
    expect(cached.step).toHaveBeenCalledTimes(2);
  });

  it('counts the money of a stream that the client leaves at its last event', async () => {
    using recording = recordingObserver();
    const answers = await Promise.all([1, 2].map(async () => collect(await client.chat.completions.create(streamed))));
    expect(answers).toEqual([chat.chunks, chat.chunks]);
    expect(recording.factsOf('llm.outcome')).toEqual(['answered']);
    expect(recording.factsOf('llm.usage')).toEqual([{ inputTokens: 3, outputTokens: 2 }]);
    expect(recording.factsOf('cache.savedUsd')).toMatchObject([{ source: 'coalesced' }]);
    expect(cached.cache.getStats()).toMatchObject({ misses: 1, coalesced: 1, skipped: {} });
  });

  it('shares one call', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(async () => collect(await client.chat.completions.create(streamed))),
    );
    expect(answers).toEqual([chat.chunks, chat.chunks, chat.chunks]);
    expect(cached.step).toHaveBeenCalledTimes(1);
  });
});

describe('the client of Anthropic over a cache of bytes', () => {
  const request = { model: 'claude-opus-5-5', max_tokens: 10, messages: [{ role: 'user' as const, content: 'Hi' }] };
  let cached: ReturnType<typeof cachedFetch>;
  let client: Anthropic;

  beforeEach(() => {
    provider.answer = message;
    cached = cachedFetch('/v1/messages');
    client = new Anthropic({ apiKey: 'none', maxRetries: 0, fetch: cached.fetch });
  });

  it('gives whole answers, with their responses', async () => {
    expect(await client.messages.create(request)).toEqual(message.whole);
    const { data, response } = await client.messages.create(request).withResponse();
    expect([data, response.status]).toEqual([message.whole, 200]);
    expect(cached.cache.getStats()).toMatchObject({ hits: 1, misses: 1 });
  });

  it('gives streams, and the message of their helper', async () => {
    for (let count = 0; count < 2; count += 1) {
      expect(await collect(await client.messages.create({ ...request, stream: true }))).toEqual(message.chunks);
    }
    const [left, right] = (await client.messages.create({ ...request, stream: true })).tee();
    expect(await Promise.all([collect(left), collect(right)])).toEqual([message.chunks, message.chunks]);
    expect((await client.messages.stream(request).finalMessage()).content).toMatchObject([{ text: 'Hello you' }]);
    expect(cached.step).toHaveBeenCalledTimes(1);
  });
});
