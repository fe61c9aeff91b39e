import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText, wrapLanguageModel } from 'ai';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { memoryStore } from '../../primitives/index.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { routedModel, ttaMiddleware } from './index.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

type Model = ReturnType<ReturnType<typeof createOpenAI>['chat']>;

const openai = (modelId: string): Model => createOpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1` }).chat(modelId);
const HI = { prompt: 'Hi', maxRetries: 0 } as const;

/** A model whose headers are read by a function. */
function withHeaders(headers: () => unknown): Model {
  const model = openai('gpt-4o');
  return Object.create(model, { config: { value: { ...(model as unknown as { config: object }).config, headers } } });
}

const failing = (): Model =>
  withHeaders(() => {
    throw new Error('no credentials');
  });

/** A model whose headers never come, and how often they were asked for. */
function hanging() {
  let reads = 0;
  const model = withHeaders(() => {
    reads += 1;
    return new Promise(() => {});
  });
  return { model, reads: () => reads };
}

const routes = (large: Model) => ({ small: openai('gpt-4o-mini'), large });

it('an unused route that cannot read its headers leaves the other routes as they are', async () => {
  for (const cache of [undefined, {}]) {
    const model = routedModel(routes(failing()), { strategy: () => 'small', fallback: true, cache });
    expect((await generateText({ model, ...HI })).text).toBe(TEXT);
    expect((await collect(streamText({ model, prompt: 'Ho', maxRetries: 0 }).textStream)).join('')).toBe(TEXT);
  }
});

it('models that cannot read their headers share stored answers with no other model', async () => {
  const store = memoryStore();
  const [one, other] = [failing(), failing()].map((large) =>
    routedModel(routes(large), { strategy: () => 'small', cache: { store } }),
  ) as [Model, Model];
  for (const model of [one, one, other]) await generateText({ model, ...HI });
  expect(provider.received).toHaveLength(2);
});

it('headers are read for a cache alone', async () => {
  const { model: large, reads } = hanging();
  const model = routedModel(routes(large), { strategy: () => 'small' });
  expect((await generateText({ model, ...HI })).text).toBe(TEXT);
  expect(reads()).toBe(0);
});

it('headers that never come are waited for within the limit in time', async () => {
  const options = { cache: {}, timeout: { timeoutMs: 20, graceMs: 0 } };
  const wrapped = wrapLanguageModel({ model: hanging().model, middleware: ttaMiddleware(options) });
  const routed = routedModel(routes(hanging().model), { strategy: () => 'small', ...options });
  for (const model of [wrapped, routed]) {
    await expect(generateText({ model, ...HI })).rejects.toMatchObject({ code: 'ERR_TTA_TIMEOUT' });
  }
  expect(provider.received).toHaveLength(0);
});

it('an abort ends the wait for headers that never come', async () => {
  const { model, reads } = hanging();
  const wrapped = wrapLanguageModel({ model, middleware: ttaMiddleware({ cache: {} }) });
  const controller = new AbortController();
  const answer = generateText({ model: wrapped, ...HI, abortSignal: controller.signal }).catch(
    (error: unknown) => error,
  );
  await expect.poll(reads).toBe(1);
  controller.abort(new Error('left'));
  expect(await answer).toMatchObject({ message: 'left' });
});
