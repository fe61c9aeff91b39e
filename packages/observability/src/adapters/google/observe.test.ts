import { ApiError, GoogleGenAI } from '@google/genai';
import { failureOf, runInContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { lateOutcome } from '../__fixtures__/late.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import type { FetchOptions } from '../fetch/fetch-options.ts';
import { observe } from './observe.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

function client(options?: FetchOptions): GoogleGenAI {
  return observe(new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: provider.url } }), options);
}

const ASKED = { model: 'gemini-2.5-flash', contents: 'Hi' };
const TOOLS = { tools: [{ functionDeclarations: [{ name: 'weather' }] }] };

describe('an observed client of Google', () => {
  it('gives answers, streams, chats and embeddings, a hit as a miss', async () => {
    const google = client({ cache: { cacheToolCalls: true }, timeout: { timeoutMs: 60_000 } });
    for (const _time of ['miss', 'hit']) {
      expect((await google.models.generateContent(ASKED)).text).toBe(TEXT);
      const { functionCalls } = await google.models.generateContent({ ...ASKED, config: TOOLS });
      expect(functionCalls).toMatchObject([{ name: 'weather', args: { city: 'Oslo' } }]);
      const chunks = await collect(await google.models.generateContentStream(ASKED));
      expect(chunks.map(({ text }) => text ?? '').join('')).toBe(TEXT);
      const answer = await google.chats.create({ model: 'gemini-2.5-flash' }).sendMessage({ message: 'How?' });
      expect(answer.text).toBe(TEXT);
      const { embeddings } = await google.models.embedContent({ model: 'gemini-embedding-001', contents: 'Hi' });
      expect(embeddings?.[0]?.values).toEqual([0.25, 0.5]);
    }
    expect(provider.received).toHaveLength(4);
  });

  it('says in a report what its call has cost, by the model in the address', async () => {
    const { context, report } = withReport();
    await runInContext(context, () => client().models.generateContent(ASKED));
    const { attempts, costUsd } = await report;
    expect(attempts).toMatchObject([{ model: 'gemini-2.5-flash', usage: { inputTokens: 1_000, outputTokens: 100 } }]);
    expect(costUsd).toBeGreaterThan(0);
  });

  it('turns our limits into its own errors', async () => {
    provider.reply = () => ({ fault: 'silence' });
    const google = client({ timeout: { timeoutMs: 50, graceMs: 0 } });
    const error = await lateOutcome(provider, 50, () => google.models.generateContent(ASKED));
    expect(error).toBeInstanceOf(ApiError);
    expect(failureOf(error)).toMatchObject({ kind: 'timeout', status: 504 });
    await provider.last.closed;
  });

  it('closes a stream that its caller has left, which the client does not say', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const { context, report } = withReport();
    const google = client({ timeout: { timeoutMs: 60_000, stream: { idleMs: 100 } }, unreadMs: 100 });
    await runInContext(context, async () => {
      for await (const _chunk of await google.models.generateContentStream(ASKED)) break;
    });
    await provider.last.closed;
    expect((await report).attempts).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('observed again has the new workflow alone', async () => {
    const google = client({ cache: {} });
    const { context, report } = withReport();
    observe(google);
    await runInContext(context, async () => {
      for (const _time of [1, 2]) await google.models.generateContent(ASKED);
    });
    expect(provider.received).toHaveLength(2);
    expect((await report).attempts).toHaveLength(2);
  });

  it('takes another model and key of a route in its address', async () => {
    const routes = { small: { model: 'gemini-2.5-flash-lite', apiKey: 'other' } };
    await client({ routes }).models.generateContent(ASKED);
    expect(provider.last.path).toMatch(/^\/v1\w*\/models\/gemini-2.5-flash-lite:generateContent$/);
    expect(provider.last.headers['x-goog-api-key']).toBe('other');
  });

  it('is refused in a version that has no fetch of its own', () => {
    expect(() => observe({ models: {} })).toThrow('observe: client must be a GoogleGenAI of version 3');
  });
});
