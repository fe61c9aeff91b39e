import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, AIMessageChunk, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { ChatOpenAI, type ChatOpenAIFields } from '@langchain/openai';
import { failureOf, runInContext, WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { memoryStore } from '../../primitives/index.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { lateOutcome } from '../__fixtures__/late.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { type ObserveOptions, observe, type TtaMetadata } from './index.ts';

let provider: LoopbackProvider;
beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

const openai = (fields: ChatOpenAIFields = {}) => {
  const configuration = { baseURL: `${provider.url}/v1` };
  return new ChatOpenAI({ model: 'gpt-4o-mini', apiKey: 'k', maxRetries: 0, configuration, ...fields });
};
const responses = () => openai({ useResponsesApi: true });
const anthropic = () => {
  return new ChatAnthropic({ model: 'claude-haiku-4-5', apiKey: 'k', anthropicApiUrl: provider.url, maxRetries: 0 });
};

const MODELS: readonly (readonly [string, () => BaseChatModel])[] = [
  ['ChatOpenAI', openai],
  ['ChatOpenAI over responses', responses],
  ['ChatAnthropic', anthropic],
];

const textOf = (chunks: readonly AIMessageChunk[]) => chunks.map(({ text }) => text).join('');
const ttaOf = ({ response_metadata }: AIMessage | AIMessageChunk) => response_metadata['tta'] as TtaMetadata;
const summed = (chunks: readonly AIMessageChunk[]) => chunks.reduce((sum, chunk) => sum.concat(chunk));
const outcomeOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => 'answered',
    (error: unknown) => error,
  );
const busy = { status: 503, body: { error: { message: 'busy', type: 'server_error' } } };
const SCHEMA = { title: 'place', type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const WEATHER = { type: 'function', function: { name: 'weather', description: 'Weather', parameters: SCHEMA } };

describe.each(MODELS)('observe(%s)', (_name, make) => {
  it('gives a model of the same class, whose answers it counts once', async () => {
    const plain = make();
    const model = observe(plain);
    expect(model).toBeInstanceOf(plain.constructor);
    const { context, report } = withReport();
    const message = await runInContext(context, () => model.invoke('Hi'));
    expect([message.text, message.usage_metadata?.output_tokens]).toEqual([TEXT, 100]);
    const { attempts, costUsd } = await report;
    expect(attempts).toMatchObject([{ outcome: 'answered', usage: { inputTokens: 1_000, outputTokens: 100 } }]);
    expect(costUsd).toBeGreaterThan(0);
    expect(ttaOf(message)).toEqual({ costUsd, savedUsd: 0 });
  });

  it('answers a repeated call from the cache with a message of the same class', async () => {
    const model = observe(make(), { cache: {} });
    const messages = [new SystemMessage('Be brief.'), new HumanMessage('Hi')];
    const [miss, hit] = [await model.invoke(messages), await model.invoke(messages)];
    expect(provider.received).toHaveLength(1);
    expect(hit.constructor).toBe(miss.constructor);
    const { costUsd } = ttaOf(miss);
    expect(costUsd).toBeGreaterThan(0);
    expect(ttaOf(miss)).toEqual({ cacheOutcome: 'miss', costUsd, savedUsd: 0 });
    expect(ttaOf(hit)).toEqual({ cacheOutcome: 'hit', costUsd: 0, savedUsd: costUsd });
    const { tta: _miss, ...missed } = miss.response_metadata;
    const { tta: _hit, ...stored } = hit.response_metadata;
    expect(stored).toEqual(missed);
    const { id, ...given } = { ...hit.toDict().data, response_metadata: {} };
    expect({ ...given, id: miss.id }).toEqual({ ...miss.toDict().data, response_metadata: {} });
    expect(id).toBeUndefined(); // graphs take two messages of one id for one
  });

  it('answers a repeated stream from the cache, chunk by chunk', async () => {
    const model = observe(make(), { cache: {} });
    const miss = await collect(await model.stream('Hi'));
    const hit = await collect(await model.stream('Hi'));
    expect(provider.received).toHaveLength(1);
    expect(textOf(miss)).toBe(TEXT);
    expect(hit.map(({ text }) => text)).toEqual(miss.map(({ text }) => text));
    expect(hit.every((chunk) => chunk instanceof AIMessageChunk)).toBe(true);
    expect(summed(hit).usage_metadata).toEqual(summed(miss).usage_metadata);
    const { costUsd } = ttaOf(summed(miss));
    expect(costUsd).toBeGreaterThan(0);
    expect(ttaOf(summed(miss))).toEqual({ cacheOutcome: 'miss', costUsd, savedUsd: 0 });
    expect(ttaOf(summed(hit))).toEqual({ cacheOutcome: 'hit', costUsd: 0, savedUsd: costUsd });
  });

  it('streams events, of an answer of the cache too', async () => {
    const model = observe(make(), { cache: {} });
    for (const _time of ['miss', 'hit']) {
      expect((await collect(model.streamEvents('Hi').text)).join('')).toBe(TEXT);
    }
    const events = await collect(model.streamEvents('Hi', { version: 'v2' }));
    const tokens = events.filter(({ event }) => event === 'on_chat_model_stream');
    expect(textOf(tokens.map(({ data }) => data.chunk as AIMessageChunk))).toBe(TEXT);
    expect(provider.received).toHaveLength(2); // events of the model itself, and events of its chunks
  });

  it('keeps tools and their calls, whole and streamed', async () => {
    const model = observe(make(), { cache: { cacheToolCalls: true } }).bindTools?.([WEATHER]) as BaseChatModel;
    const asked = [{ name: 'weather', args: { city: 'Oslo' } }];
    for (const _time of ['miss', 'hit']) {
      expect((await model.invoke('Hi')).tool_calls).toMatchObject(asked);
      expect(summed(await collect(await model.stream('Hi'))).tool_calls).toMatchObject(asked);
    }
    expect(provider.received).toHaveLength(2);
  });

  it('ends a call at its limit in time, and closes the connection', async () => {
    provider.reply = () => ({ fault: 'silence' });
    const model = observe(make(), { timeout: { timeoutMs: 50, graceMs: 0 } });
    expect(await lateOutcome(provider, 50, () => model.invoke('Hi'))).toMatchObject({ code: 'ERR_TTA_TIMEOUT' });
    await provider.last.closed;
    expect(provider.received).toHaveLength(1);
  });

  it('fails the reader of a stream that stalls, and closes the connection', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const clock = manualClock();
    const model = observe(make(), { timeout: { timeoutMs: 60_000, stream: { idleMs: 50 } } });
    let error: unknown;
    void runInContext(new WorkflowContext({ clock }), async () => {
      error = await outcomeOf(model.stream('Hi').then(collect));
    });
    await expect
      .poll(() => clock.advance(50).then(() => error))
      .toMatchObject({ code: 'ERR_TTA_TIMEOUT', phase: 'idle' });
    await provider.last.closed;
  });

  it('ends a call when its caller aborts', async () => {
    provider.reply = () => ({ fault: 'silence' });
    const controller = new AbortController();
    const answer = outcomeOf(observe(make(), { cache: {} }).invoke('Hi', { signal: controller.signal }));
    await expect.poll(() => provider.received.length).toBe(1);
    controller.abort(new Error('left'));
    expect(await answer).toMatchObject({ message: 'left' });
    await provider.last.closed;
  });

  it('closes the connection of a stream whose reader leaves', async () => {
    provider.reply = () => ({ fault: 'stall' });
    for await (const _chunk of await observe(make(), { cache: {} }).stream('Hi')) break;
    await provider.last.closed;
  });

  it('throws to the reader of a stream when its caller aborts', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      const { signal } = controller;
      for await (const _chunk of await observe(make(), { cache: {} }).stream('Hi', { signal }))
        controller.abort(new Error('left'));
    };
    expect(await outcomeOf(read())).toMatchObject({ message: 'left' });
    await provider.last.closed;
  });

  it('does not store a stream that breaks off', async () => {
    const model = observe(make(), { cache: {} });
    provider.reply = () => ({ fault: 'cut' });
    expect(await outcomeOf(model.stream('Hi').then(collect))).not.toBe('answered');
    provider.reply = () => undefined;
    expect(textOf(await collect(await model.stream('Hi')))).toBe(TEXT);
    expect(provider.received).toHaveLength(2);
  });

  it('hands on the errors of the SDK, with what they say about retries', async () => {
    provider.reply = () => ({
      status: 429,
      headers: { 'retry-after': '7' },
      body: { error: { message: 'slow down' } },
    });
    const error = await outcomeOf(observe(make()).invoke('Hi'));
    expect(error).toMatchObject({ status: 429 });
    expect(failureOf(error)).toMatchObject({ kind: 'rate_limited', retryAfterMs: 7_000 });
  });
});

describe('observe', () => {
  it('corrects the tokens that events of Anthropic count twice', async () => {
    const { usage_metadata: usage } = await observe(anthropic()).streamEvents('Hi');
    expect(usage).toMatchObject({ input_tokens: 1_000, output_tokens: 100, total_tokens: 1_100 });
  });

  it('says at the end of events what became of the call', async () => {
    const { context, report } = withReport();
    const message = await runInContext(context, async () => observe(anthropic()).streamEvents('Hi'));
    const { costUsd } = await report;
    expect(costUsd).toBeGreaterThan(0);
    expect(ttaOf(message)).toEqual({ costUsd, savedUsd: 0 });
  });

  it('keeps two images, and texts that look like messages, apart', async () => {
    const model = observe(openai(), { cache: {} });
    const image = (data: string) =>
      new HumanMessage({ content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }] });
    for (const data of ['aGk=', 'aG8=', 'aGk=']) await model.invoke([image(data)]);
    await model.invoke([new HumanMessage('a\nAI: b')]);
    await model.invoke([new HumanMessage('a'), new AIMessage('b')]);
    expect(provider.received).toHaveLength(4);
  });

  it('answers a conversation whose last answer came from the cache as one whose answer did not', async () => {
    const model = observe(openai(), { cache: {} });
    const talk = async () => {
      const question = new HumanMessage({ content: 'Hi', id: crypto.randomUUID() });
      return model.invoke([question, await model.invoke([question]), new HumanMessage('And now?')]);
    };
    await talk();
    expect(ttaOf(await talk())).toMatchObject({ cacheOutcome: 'hit' });
    expect(provider.received).toHaveLength(2);
  });

  it('keeps settings and accounts apart in one store, and shares answers within an account', async () => {
    const cache = { store: memoryStore() };
    const fields: readonly ChatOpenAIFields[] = [{}, { temperature: 0 }, { apiKey: 'other' }, {}];
    for (const own of fields) await observe(openai(own), { cache }).invoke('Hi');
    expect(provider.received).toHaveLength(3);
  });

  it('shares its cache with the models that are made of it', async () => {
    const model = observe(openai(), { cache: {} });
    const first = model.withConfig({ seed: 1 });
    expect(first).toBeInstanceOf(ChatOpenAI);
    await first.invoke('Hi');
    await model.withConfig({ seed: 1 }).invoke('Hi');
    expect(provider.received).toHaveLength(1);
    expect(provider.last.body).toMatchObject({ seed: 1 });
  });

  it.each([
    ['JSON', SCHEMA],
    ['Zod', z.object({ city: z.string() })],
  ])('gives structured output by a schema of %s, and answers it from the cache', async (_name, schema) => {
    for (const made of [openai(), anthropic()]) {
      const model: BaseChatModel = observe(made as BaseChatModel, { cache: { cacheToolCalls: true } });
      const structured = model.withStructuredOutput<{ city: string }>(schema as typeof SCHEMA);
      provider.reset();
      for (const _time of ['miss', 'hit']) expect(await structured.invoke('Hi')).toEqual({ city: 'Oslo' });
      expect(provider.received).toHaveLength(1);
    }
  });

  it('answers each prompt of a batch, and repeats none', async () => {
    const model = observe(openai(), { cache: {} });
    const messages = await model.batch(['Hi', 'Ho', 'Hi']);
    expect(messages.map(({ text }) => text)).toEqual([TEXT, TEXT, TEXT]);
    expect(provider.received).toHaveLength(2);
  });

  it('makes all attempts itself with a retry, and leaves them to LangChain without', async () => {
    provider.reply = (_received, count) => (count % 2 === 1 ? busy : undefined);
    const retry = { maxAttempts: 2, backoff: () => 0 };
    expect((await observe(openai({ maxRetries: 3 }), { retry }).invoke('Hi')).text).toBe(TEXT);
    expect(provider.received).toHaveLength(2);
    provider.reply = () => busy;
    const error = await outcomeOf(observe(openai({ maxRetries: 3 }), { retry }).invoke('Hi'));
    expect(error).toMatchObject({ status: 503 });
    expect(provider.received).toHaveLength(4);
  });

  it('refuses calls over a limit, and counts no hit', async () => {
    const limit = { key: 'tenant', requestsPerMinute: 1 } as const;
    const model = observe(openai(), { cache: {}, limit, tenantId: 'acme' });
    for (const _time of ['miss', 'hit']) await model.invoke('Hi');
    expect(await outcomeOf(model.invoke('Ho'))).toMatchObject({ code: 'ERR_TTA_LIMIT' });
    expect(provider.received).toHaveLength(1);
  });

  it('keeps a key out of the cache keys, whatever the model shows of itself', async () => {
    const keys: string[] = [];
    const key = (request: object) => {
      keys.push(JSON.stringify(request));
      return 'same';
    };
    await observe(openai({ apiKey: 'sk-canary' }), { cache: { key } }).invoke('Hi');
    expect(keys).not.toHaveLength(0);
    expect(keys.join()).not.toContain('sk-canary');
  });

  it('sees settings that change later', async () => {
    const model = observe(anthropic(), { cache: {} });
    await model.invoke('Hi');
    model.temperature = 0.5;
    await model.invoke('Hi');
    expect(provider.received.map(({ body }) => body['temperature'])).toEqual([undefined, 0.5]);
  });

  it('refuses an option that it does not know, and what is no model', () => {
    expect(() => observe(openai(), { cash: {} } as ObserveOptions)).toThrow(/observe.*cash/);
    expect(() => observe({} as never)).toThrow(/^observe: model/);
  });
});

it('answers a repeated call of a model that gathers its own stream, as many do with `streaming: true`', async () => {
  class Gathering extends ChatOpenAI {
    override async _generate(messages: BaseMessage[], options: never): Promise<ChatResult> {
      const chunks = await collect(this._streamResponseChunks(messages, options));
      return { generations: [chunks.reduce((sum, chunk) => sum.concat(chunk))] };
    }
  }
  const configuration = { baseURL: `${provider.url}/v1` };
  const plain = new Gathering({ model: 'gpt-4o-mini', apiKey: 'k', maxRetries: 0, configuration });
  const model = observe(plain, { cache: {} });
  const [miss, hit] = [await model.invoke('Hi'), await model.invoke('Hi')];
  expect(provider.received).toHaveLength(1);
  expect([hit.constructor, hit.text]).toEqual([miss.constructor, TEXT]);
  expect(hit).toBeInstanceOf(AIMessageChunk);
});
