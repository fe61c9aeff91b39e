import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { AIMessage, AIMessageChunk } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { type RoutedChatModelOptions, routedChatModel, type TtaMetadata } from './index.ts';

let provider: LoopbackProvider;
beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

/** Two models of two providers. */
const models = () => {
  const small = new ChatOpenAI({
    model: 'gpt-4o-mini',
    apiKey: 'k',
    configuration: { baseURL: `${provider.url}/v1` },
  });
  const large = new ChatAnthropic({ model: 'claude-sonnet-4-5', apiKey: 'k', anthropicApiUrl: provider.url });
  return { small, large };
};
const routedModel = (options: Partial<RoutedChatModelOptions<'small' | 'large'>> = {}) =>
  routedChatModel(models(), { strategy: () => 'small', baseline: 'large', ...options });

const ttaOf = ({ response_metadata }: AIMessage | AIMessageChunk) => response_metadata['tta'] as TtaMetadata;
const paths = () => provider.received.map(({ path }) => path);
const outcomeOf = (answer: Promise<unknown>): Promise<unknown> => answer.catch((error: unknown) => error);
const busy = { status: 503, body: { error: { message: 'busy', type: 'server_error' } } };
const failing = (path: string) => {
  provider.reply = (received) => (received.path === path ? busy : undefined);
};
const SCHEMA = { title: 'place', type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

it('answers with the route of the strategy, and says what that saved', async () => {
  const message = await routedModel().invoke('Hi');
  expect(message.text).toBe(TEXT);
  expect(provider.last.body['model']).toBe('gpt-4o-mini');
  expect(ttaOf(message)).toMatchObject({ route: 'small' });
  expect(ttaOf(message).savedUsd).toBeGreaterThan(0);
});

it('gives a strategy the conversation with the roles that providers know', async () => {
  const asked: unknown[] = [];
  const model = routedModel({
    strategy: ({ messages }) => {
      asked.push(messages);
      return 'large';
    },
  });
  await model.invoke([
    ['system', 'Be brief.'],
    ['human', 'Hi'],
  ]);
  expect(paths()).toEqual(['/v1/messages']);
  expect(asked).toEqual([
    [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
  ]);
});

it('falls back to a model of another provider', async () => {
  failing('/v1/chat/completions');
  const message = await routedModel({ fallback: true }).invoke('Hi');
  expect(message.text).toBe(TEXT);
  expect(ttaOf(message)).toMatchObject({ route: 'large' });
  expect(paths()).toEqual(['/v1/chat/completions', '/v1/messages']);
});

it('falls back before the first chunk of a stream', async () => {
  failing('/v1/chat/completions');
  const chunks = await collect(await routedModel({ fallback: true }).stream('Hi'));
  const message = chunks.reduce((sum, chunk) => sum.concat(chunk));
  expect(message.text).toBe(TEXT);
  expect(ttaOf(message)).toMatchObject({ route: 'large' });
  const events = routedModel({ fallback: true }).streamEvents('Hi');
  expect((await collect(events.text)).join('')).toBe(TEXT);
});

it('throws when all routes have failed, and no model has tried again', async () => {
  provider.reply = () => busy;
  expect(await outcomeOf(routedModel({ fallback: true }).invoke('Hi'))).toMatchObject({ status: 503 });
  expect(provider.received).toHaveLength(2);
});

it('writes tools as each of its models does', async () => {
  const weather = tool(({ city }) => city, { name: 'weather', description: 'Weather', schema: SCHEMA as never });
  for (const route of ['small', 'large'] as const) {
    const model = routedModel({ strategy: () => route }).bindTools([weather]);
    expect((await model.invoke('Hi')).tool_calls).toMatchObject([{ name: 'weather', args: { city: 'Oslo' } }]);
  }
  const [small, large] = provider.received.map(({ body }) => (body['tools'] as object[])[0]);
  expect(small).toMatchObject({ type: 'function', function: { name: 'weather' } });
  expect(large).toMatchObject({ name: 'weather', input_schema: { type: 'object' } });
});

it('gives structured output of any of its models', async () => {
  for (const route of ['small', 'large'] as const) {
    const model: BaseChatModel = routedModel({ strategy: () => route });
    const named = { ...SCHEMA, title: 'weather' }; // as the tool that the provider calls
    expect(await model.withStructuredOutput(named).invoke('Hi')).toEqual({ city: 'Oslo' });
    const { raw, parsed } = await model.withStructuredOutput(named, { includeRaw: true }).invoke('Hi');
    expect([ttaOf(raw as AIMessage).route, parsed]).toEqual([route, { city: 'Oslo' }]);
  }
  expect(provider.received.map(({ body }) => body['tool_choice'])).toEqual([
    { type: 'function', function: { name: 'weather' } },
    { type: 'function', function: { name: 'weather' } },
    { type: 'tool', name: 'weather' },
    { type: 'tool', name: 'weather' },
  ]);
});

it('answers a repeated call from the cache, whatever the route', async () => {
  const model = routedModel({ cache: {} });
  await model.invoke('Hi');
  expect(ttaOf(await model.invoke('Hi'))).toMatchObject({ cacheOutcome: 'hit', costUsd: 0 });
  expect(provider.received).toHaveLength(1);
});

it('takes models that have their own options', async () => {
  const { small, large } = models();
  const routes = { small: small.withConfig({ seed: 7 }), large: large.withConfig({ stop: ['END'] }) };
  for (const route of ['small', 'large'] as const) {
    const model = routedChatModel(routes, { strategy: () => route });
    await model.invoke('Hi');
    await model.bindTools([{ type: 'function', function: { name: 'weather', parameters: SCHEMA } }]).invoke('Hi');
  }
  expect(provider.received.map(({ body }) => body['seed'] ?? body['stop_sequences'])).toEqual([7, 7, ['END'], ['END']]);
});

it.each([
  ['no models', {}],
  ['something else', { small: 'gpt-4o-mini' }],
])('refuses %s', (_, given) => {
  expect(() => routedChatModel(given as never, { strategy: () => 'small' })).toThrow(/^routedChatModel: models/);
});
