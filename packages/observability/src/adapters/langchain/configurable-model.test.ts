import { initChatModel } from 'langchain';
import { runInContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { observe, type RouteModel, routedChatModel } from './index.ts';

let provider: LoopbackProvider;
beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

const made = async (name = 'openai:gpt-4o-mini', fields: { readonly configurableFields?: string[] } = {}) => {
  return initChatModel(name, {
    apiKey: 'k',
    maxRetries: 0,
    configuration: { baseURL: `${provider.url}/v1` },
    ...fields,
  });
};

const WEATHER = { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } };

describe('observe(initChatModel())', () => {
  it('counts the call of the model that is made, under its name', async () => {
    const model = observe(await made());
    const { context, report } = withReport();
    expect((await runInContext(context, async () => model.invoke('Hi'))).text).toBe(TEXT);
    expect(await report).toMatchObject({ attempts: [{ model: 'gpt-4o-mini', outcome: 'answered' }] });
  });

  it.each([
    ['invoke', async (model: Observed) => (await model.invoke('Hi')).text],
    ['stream', async (model: Observed) => (await collect(await model.stream('Hi'))).map(({ text }) => text).join('')],
    ['batch', async (model: Observed) => (await model.batch(['Hi']))[0]?.text],
    ['withConfig', async (model: Observed) => (await model.withConfig({ tags: ['a'] }).invoke('Hi')).text],
    ['bindTools', async (model: Observed) => (await model.bindTools([WEATHER]).invoke('Hi')).tool_calls?.length],
    [
      'withStructuredOutput',
      async (model: Observed) => JSON.stringify(await model.withStructuredOutput(SCHEMA).invoke('Hi')),
    ],
  ])('answers a repeated %s from the cache', async (_, ask) => {
    const model = observe(await made(), { cache: { cacheToolCalls: true } });
    const first = await ask(model);
    expect(first).toBeTruthy();
    expect(await ask(model)).toBe(first);
    expect(provider.received).toHaveLength(1);
  });

  it('shares no answer between the models that calls configure', async () => {
    const model = observe(await made('openai:gpt-4o-mini', { configurableFields: ['model'] }), { cache: {} });
    for (const name of ['gpt-4o-mini', 'gpt-4o', 'gpt-4o']) await model.invoke('Hi', { configurable: { model: name } });
    expect(provider.received.map(({ body }) => body['model'])).toEqual(['gpt-4o-mini', 'gpt-4o']);
  });
});

it('routes between models of initChatModel, each known by its name', async () => {
  const models = { small: await made(), large: await made('openai:gpt-4o') };
  const model = routedChatModel(models, { strategy: () => 'small', defaultRoute: 'large', baseline: 'large' });
  const { context, report } = withReport();
  await runInContext(context, async () => model.invoke('Hi'));
  const { attempts, savedUsd } = await report;
  expect(attempts).toMatchObject([{ model: 'gpt-4o-mini' }]);
  expect(savedUsd).toBeGreaterThan(0);
});

it.each<[string, (model: Observed) => RouteModel]>([
  ['withConfig', (model) => model.withConfig({ tags: ['a'] })],
  ['bindTools', (model) => model.bindTools([WEATHER])],
])('routes to a model of initChatModel after %s, with what was bound', async (name, bind) => {
  const model = routedChatModel({ only: bind(await made()) }, { strategy: () => 'only', defaultRoute: 'only' });
  const { context, report } = withReport();
  const answer = await runInContext(context, async () => model.invoke('Hi'));
  expect(answer.tool_calls).toHaveLength(name === 'bindTools' ? 1 : 0);
  expect(await report).toMatchObject({ attempts: [{ model: 'gpt-4o-mini', provider: 'openai' }] });
});

type Observed = Awaited<ReturnType<typeof made>>;

const SCHEMA = z.object({ city: z.string() });
