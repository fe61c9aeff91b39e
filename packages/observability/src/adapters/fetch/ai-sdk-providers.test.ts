import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { embed, generateText, streamText } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { lateOutcome } from '../__fixtures__/late.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { ttaFetch } from './tta-fetch.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

describe.each([
  [
    'chat completions',
    (fetch) => createOpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1`, fetch }).chat('gpt-4o-mini'),
  ],
  ['responses', (fetch) => createOpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1`, fetch })('gpt-4o-mini')],
  ['messages', (fetch) => createAnthropic({ apiKey: 'k', baseURL: `${provider.url}/v1`, fetch })('claude-opus-5-5')],
  ['Gemini', (fetch) => createGoogle({ apiKey: 'k', baseURL: `${provider.url}/v1beta`, fetch })('gemini-2.5-flash')],
] as [string, (fetch: typeof globalThis.fetch) => Parameters<typeof generateText>[0]['model']][])(
  'the AI SDK over %s',
  (_, modelOver) => {
    it('gives texts and streams, a hit as a miss', async () => {
      const model = modelOver(ttaFetch({ cache: {}, timeout: { timeoutMs: 60_000 } }));
      for (const _time of ['miss', 'hit']) {
        expect((await generateText({ model, prompt: 'Hi' })).text).toBe(TEXT);
        const { textStream } = streamText({ model, prompt: 'Hi', maxRetries: 0, onError: () => {} });
        expect((await collect(textStream)).join('')).toBe(TEXT);
      }
      expect(provider.received.length).toBeLessThanOrEqual(2);
    });

    it('makes one call for a limit in time, without retries of its own', async () => {
      provider.reply = () => ({ fault: 'silence' });
      const model = modelOver(ttaFetch({ timeout: { timeoutMs: 50, graceMs: 0 } }));
      const ask = () => generateText({ model, prompt: 'Hi', maxRetries: 0 });
      expect(await lateOutcome(provider, 50, ask)).toMatchObject({ statusCode: 504 });
      await provider.last.closed;
      expect(provider.received).toHaveLength(1);
    });
  },
);

it('the AI SDK gives embeddings, a hit as a miss', async () => {
  const fetch = ttaFetch({ cache: {} });
  const model = createOpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1`, fetch }).embedding('text-embedding-3-small');
  for (const _time of ['miss', 'hit']) expect((await embed({ model, value: 'Hi' })).embedding).toEqual([0.25, 0.5]);
  expect(provider.received).toHaveLength(1);
});
