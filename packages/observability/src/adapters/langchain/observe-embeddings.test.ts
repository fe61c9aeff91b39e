import { OpenAIEmbeddings, type OpenAIEmbeddingsParams } from '@langchain/openai';
import { runInContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { memoryStore } from '../../primitives/index.ts';
import { lateOutcome } from '../__fixtures__/late.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { type ObserveOptions, observe } from './index.ts';

let provider: LoopbackProvider;
beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

const embeddings = (options: ObserveOptions, fields: Partial<OpenAIEmbeddingsParams & { apiKey: string }> = {}) =>
  observe(
    new OpenAIEmbeddings({
      model: 'text-embedding-3-small',
      apiKey: 'k',
      configuration: { baseURL: `${provider.url}/v1` },
      ...fields,
    }),
    options,
  );

it('answers repeated texts from the cache, and keeps queries and documents apart', async () => {
  const model = embeddings({ cache: {} });
  expect(model).toBeInstanceOf(OpenAIEmbeddings);
  for (const _time of ['miss', 'hit']) {
    expect(await model.embedQuery('Hi')).toEqual([0.25, 0.5]);
    expect(await model.embedDocuments(['Hi'])).toEqual([[0.25, 0.5]]);
  }
  expect(provider.received).toHaveLength(2);
});

it('keeps settings and accounts apart in one store', async () => {
  const cache = { store: memoryStore() };
  for (const fields of [{}, { dimensions: 2 }, { apiKey: 'other' }, {}]) {
    await embeddings({ cache }, fields).embedQuery('Hi');
  }
  expect(provider.received).toHaveLength(3);
});

it('states a call of embeddings whose cost is unknown, because LangChain drops its usage', async () => {
  const { context, report } = withReport();
  await runInContext(context, () => embeddings({}).embedQuery('Hi'));
  const { attempts, costUsd } = await report;
  expect(attempts).toMatchObject([{ provider: 'openai', model: 'text-embedding-3-small', outcome: 'answered' }]);
  expect(costUsd).toBeNull();
});

it('ends a call at its limit in time', async () => {
  provider.reply = () => ({ fault: 'silence' });
  const model = embeddings({ timeout: { timeoutMs: 50, graceMs: 0 } });
  expect(await lateOutcome(provider, 50, () => model.embedQuery('Hi'))).toMatchObject({ code: 'ERR_TTA_TIMEOUT' });
});
