import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import {
  embed,
  embedMany,
  generateText,
  jsonSchema,
  Output,
  streamText,
  tool,
  wrapEmbeddingModel,
  wrapLanguageModel,
} from 'ai';
import { runInContext, WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { memoryStore } from '../../primitives/index.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { lateOutcome } from '../__fixtures__/late.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import { type MiddlewareOptions, routedModel, type TtaMetadata, ttaMiddleware } from './index.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

const openai = (apiKey = 'k') => createOpenAI({ apiKey, baseURL: `${provider.url}/v1` });
const anthropic = () => createAnthropic({ apiKey: 'k', baseURL: `${provider.url}/v1` });
const chat = (options: MiddlewareOptions, apiKey?: string) =>
  wrapLanguageModel({ model: openai(apiKey).chat('gpt-4o-mini'), middleware: ttaMiddleware(options) });
const HI = { prompt: 'Hi', maxRetries: 0 } as const;
const stream = (model: ReturnType<typeof chat>) => streamText({ model, ...HI, onError: () => {} });
const ttaOf = (metadata: Readonly<Record<string, unknown>> | undefined) => metadata?.['tta'] as TtaMetadata | undefined;
const outcomeOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => 'answered',
    (error: unknown) => error,
  );
const busy = { status: 503, body: { error: { message: 'busy', type: 'server_error' } } };

describe('ttaMiddleware', () => {
  it('answers a repeated call from the cache, with its dates, and says what it cost', async () => {
    const model = chat({ cache: {} });
    const miss = await generateText({ model, ...HI });
    const hit = await generateText({ model, ...HI });
    expect(provider.received).toHaveLength(1);
    expect([miss.text, hit.text]).toEqual([TEXT, TEXT]);
    expect(hit.response.timestamp).toEqual(miss.response.timestamp);
    expect(hit.response.timestamp).toBeInstanceOf(Date);
    expect(hit.usage).toEqual(miss.usage);
    expect(miss.providerMetadata?.['tta']).toEqual({ cacheOutcome: 'miss', costUsd: expect.any(Number), savedUsd: 0 });
    const costUsd = ttaOf(miss.providerMetadata)?.costUsd;
    expect(costUsd).toBeGreaterThan(0);
    expect(hit.providerMetadata?.['tta']).toEqual({ cacheOutcome: 'hit', costUsd: 0, savedUsd: costUsd });
  });

  it('answers a repeated stream from the cache, and says what it cost at its finish', async () => {
    const model = chat({ cache: {} });
    const seen: (TtaMetadata | undefined)[] = [];
    for (const _time of ['miss', 'hit']) {
      const result = stream(model);
      expect((await collect(result.textStream)).join('')).toBe(TEXT);
      expect((await result.response).timestamp).toBeInstanceOf(Date);
      seen.push(ttaOf(await result.providerMetadata));
    }
    expect(provider.received).toHaveLength(1);
    const costUsd = seen[0]?.costUsd;
    expect(costUsd).toBeGreaterThan(0);
    expect(seen).toEqual([
      { cacheOutcome: 'miss', costUsd, savedUsd: 0 },
      { cacheOutcome: 'hit', costUsd: 0, savedUsd: costUsd },
    ]);
  });

  it('answers a stream with a stored whole answer, and the other way round', async () => {
    const made = { openai: openai().chat('gpt-4o-mini'), anthropic: anthropic()('claude-haiku-4-5') };
    for (const own of Object.values(made)) {
      const [one, other] = [{ cache: {} }, { cache: {} }].map((options) =>
        wrapLanguageModel({ model: own, middleware: ttaMiddleware(options) }),
      ) as [ReturnType<typeof chat>, ReturnType<typeof chat>];
      provider.reset();
      const whole = await generateText({ model: one, ...HI });
      const streamed = stream(one);
      expect((await collect(streamed.textStream)).join('')).toBe(TEXT);
      expect(await streamed.finishReason).toBe(whole.finishReason);
      expect(await streamed.usage).toEqual(whole.usage);
      expect(await streamed.providerMetadata).toMatchObject({ tta: { cacheOutcome: 'hit' } });
      expect(provider.received).toHaveLength(1);
      const first = stream(other);
      expect((await collect(first.textStream)).join('')).toBe(TEXT);
      const again = await generateText({ model: other, ...HI });
      expect([again.text, again.finishReason]).toEqual([TEXT, await first.finishReason]);
      expect(again.usage).toEqual(await first.usage);
      expect(again.response.timestamp).toBeInstanceOf(Date);
      expect(provider.received).toHaveLength(2);
    }
  });

  it('stores neither the request nor the headers of its response', async () => {
    const model = chat({ cache: {} });
    const [miss, hit] = [await generateText({ model, ...HI }), await generateText({ model, ...HI })];
    expect(miss.response.headers).toMatchObject({ 'x-request-id': 'req_1' });
    expect([hit.request.body, hit.response.headers]).toEqual([undefined, undefined]);
  });

  it('refuses calls over a limit, and counts no hit', async () => {
    const model = chat({ cache: {}, limit: { key: 'tenant', requestsPerMinute: 1 }, tenantId: 'acme' });
    for (const _time of ['miss', 'hit']) await generateText({ model, ...HI });
    expect(await outcomeOf(generateText({ model, prompt: 'Ho', maxRetries: 0 }))).toMatchObject({
      code: 'ERR_TTA_LIMIT',
    });
    expect(provider.received).toHaveLength(1);
  });

  it('serves a stream to a page, a hit as a miss', async () => {
    const model = chat({ cache: {} });
    const pages: string[] = [];
    for (const _time of ['miss', 'hit']) pages.push(await stream(model).toUIMessageStreamResponse().text());
    expect(provider.received).toHaveLength(1);
    expect(pages[0]).toContain('"delta":"Hello"');
    const deltas = (page: string | undefined) => page?.match(/"delta":"[^"]*"/g);
    expect(deltas(pages[1])).toEqual(deltas(pages[0]));
  });

  it.each([
    ['JSON', jsonSchema<{ city: string }>({ type: 'object', properties: { city: { type: 'string' } } })],
    ['Zod', z.object({ city: z.string() })],
  ])('hands on calls of tools and structured output by a schema of %s', async (_name, schema) => {
    const model = chat({ cache: {} });
    const tools = { weather: tool({ description: 'Weather', inputSchema: schema }) };
    expect((await generateText({ model, ...HI, tools })).toolCalls).toMatchObject([{ input: { city: 'Oslo' } }]);
    for (const _time of ['miss', 'hit']) {
      const { output } = await generateText({ model, ...HI, output: Output.object({ schema }) });
      expect(output).toEqual({ city: 'Oslo' });
    }
    expect(provider.received).toHaveLength(2);
  });

  it('answers repeated embeddings from the cache', async () => {
    const model = wrapEmbeddingModel({
      model: openai().embedding('text-embedding-3-small'),
      middleware: ttaMiddleware({ cache: {} }),
    });
    for (const outcome of ['miss', 'hit']) {
      const { embedding, providerMetadata } = await embed({ model, value: 'Hi', maxRetries: 0 });
      expect(embedding).toEqual([0.25, 0.5]);
      expect(providerMetadata?.['tta']).toMatchObject({ cacheOutcome: outcome });
    }
    expect((await embedMany({ model, values: ['Hi'], maxRetries: 0 })).embeddings).toEqual([[0.25, 0.5]]);
    expect(provider.received).toHaveLength(1);
  });

  it('keeps accounts apart in one store, and shares answers within an account', async () => {
    const store = memoryStore();
    for (const key of ['one', 'two', 'one']) await generateText({ model: chat({ cache: { store } }, key), ...HI });
    expect(provider.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer two']);
  });

  it('ends a call at its limit in time, and closes the connection', async () => {
    provider.reply = () => ({ fault: 'silence' });
    const model = chat({ timeout: { timeoutMs: 50, graceMs: 0 } });
    const error = await lateOutcome(provider, 50, () => generateText({ model, prompt: 'Hi' }));
    expect(error).toMatchObject({ code: 'ERR_TTA_TIMEOUT' });
    await provider.last.closed;
    expect(provider.received).toHaveLength(1);
  });

  it('fails the reader of a stream that stalls, and closes the connection', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const clock = manualClock();
    const model = chat({ timeout: { timeoutMs: 60_000, stream: { idleMs: 50 } } });
    let error: unknown;
    void runInContext(new WorkflowContext({ clock }), async () => {
      error = await outcomeOf(collect(stream(model).textStream));
    });
    await expect
      .poll(() => clock.advance(50).then(() => error))
      .toMatchObject({ code: 'ERR_TTA_TIMEOUT', phase: 'idle' });
    await provider.last.closed;
  });

  it('gives the bytes and dates of a model of your own, a hit as a miss', async () => {
    let calls = 0;
    const own = openai().chat('gpt-4o-mini');
    const data = { type: 'data', data: new Uint8Array([1, 255]) };
    const doGenerate = async () => {
      calls += 1;
      return {
        content: [{ type: 'file', mediaType: 'image/png', data, providerMetadata: { own: { at: new Date(5) } } }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } },
        warnings: [],
        response: { timestamp: new Date(7) },
      };
    };
    const model = {
      specificationVersion: 'v4',
      provider: 'own',
      modelId: 'own',
      doGenerate,
      doStream: own.doStream,
    } as const;
    const { wrapGenerate } = ttaMiddleware({ cache: {} });
    const params = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] };
    const call = { model, params, doGenerate };
    const [miss, hit] = [await wrapGenerate(call), await wrapGenerate(call)];
    expect(calls).toBe(1);
    expect(hit.content).toEqual((await doGenerate()).content);
    expect(hit.response).toEqual(miss.response);
  });

  it('gives back maps and sets, and does not store an instance of another class', async () => {
    class Picture {
      readonly width = 2;
    }
    const held: readonly (readonly [unknown, number])[] = [
      [new Map([['scores', new Set([1n])]]), 1],
      [new Picture(), 2],
    ];
    for (const [value, calls] of held) {
      let made = 0;
      const doGenerate = async () => {
        made += 1;
        const content = [{ type: 'text', text: 'Hi', providerMetadata: { own: { value } } }];
        const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
        return { content, finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [] };
      };
      const own = openai().chat('gpt-4o-mini');
      const model = {
        ...{ specificationVersion: 'v4', provider: 'own', modelId: 'own' },
        doGenerate,
        doStream: own.doStream,
      };
      const { wrapGenerate } = ttaMiddleware({ cache: {} });
      const call = {
        model,
        params: { prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
        doGenerate,
      };
      await wrapGenerate(call);
      expect((await wrapGenerate(call)).content[0]?.providerMetadata.own.value).toStrictEqual(value);
      expect(made).toBe(calls);
    }
  });

  it('ends a call when its caller aborts', async () => {
    provider.reply = () => ({ fault: 'silence' });
    const controller = new AbortController();
    const answer = outcomeOf(generateText({ model: chat({ cache: {} }), ...HI, abortSignal: controller.signal }));
    await expect.poll(() => provider.received.length).toBe(1);
    controller.abort();
    expect(await answer).toMatchObject({ name: 'AbortError' });
    await provider.last.closed;
  });

  it('does not store a stream that breaks off', async () => {
    const model = chat({ cache: {} });
    provider.reply = () => ({ fault: 'cut' });
    await outcomeOf(collect(stream(model).textStream));
    provider.reply = () => undefined;
    expect((await collect(stream(model).textStream)).join('')).toBe(TEXT);
    expect(provider.received).toHaveLength(2);
  });

  it('leaves retries to the SDK, or makes all of them itself', async () => {
    provider.reply = () => ({ ...busy, headers: { 'retry-after-ms': '1' } });
    expect(await outcomeOf(generateText({ model: chat({}), prompt: 'Hi', maxRetries: 1 }))).toMatchObject({
      name: 'AI_RetryError',
    });
    expect(provider.received).toHaveLength(2);
    const retry = { maxAttempts: 2 };
    const error = await outcomeOf(generateText({ model: chat({ retry }), prompt: 'Hi', maxRetries: 3 }));
    expect(error).toMatchObject({ name: 'AI_APICallError', statusCode: 503, isRetryable: false });
    expect(provider.received).toHaveLength(4);
  });

  it('takes the tenant and the report of the context around it', async () => {
    const { context, report } = withReport();
    await runInContext(context, () => generateText({ model: chat({ cache: {} }), ...HI }));
    expect(await report).toMatchObject({
      cacheOutcome: 'miss',
      attempts: [{ provider: 'openai', model: 'gpt-4o-mini' }],
    });
  });

  it('refuses an option that it does not know', () => {
    expect(() => ttaMiddleware({ cash: {} } as MiddlewareOptions)).toThrow(/ttaMiddleware.*cash/);
  });
});

describe('routedModel', () => {
  const models = () => ({ small: openai().chat('gpt-4o-mini'), large: openai().chat('gpt-4o') });

  it('answers with the route of the strategy, and says what that saved', async () => {
    const model = routedModel(models(), { strategy: () => 'small', baseline: 'large', cache: {} });
    const { text, providerMetadata } = await generateText({ model, ...HI });
    expect(text).toBe(TEXT);
    expect(provider.last.body['model']).toBe('gpt-4o-mini');
    expect(providerMetadata?.['tta']).toMatchObject({ route: 'small', cacheOutcome: 'miss' });
    expect(ttaOf(providerMetadata)?.savedUsd).toBeGreaterThan(0);
    await generateText({ model, ...HI });
    expect(provider.received).toHaveLength(1);
  });

  it('falls back to another route before the first part of a stream', async () => {
    provider.reply = (received) => (received.body['model'] === 'gpt-4o-mini' ? busy : undefined);
    const model = routedModel(models(), { strategy: () => 'small', fallback: true });
    const result = stream(model);
    expect((await collect(result.textStream)).join('')).toBe(TEXT);
    expect((await result.providerMetadata)?.['tta']).toMatchObject({ route: 'large' });
  });

  it('is not tried again by the SDK when all its routes have failed', async () => {
    provider.reply = () => busy;
    const model = routedModel(models(), { strategy: () => 'small', fallback: true });
    const error = await outcomeOf(generateText({ model, prompt: 'Hi', maxRetries: 3 }));
    expect(error).toMatchObject({ statusCode: 503 });
    expect(provider.received).toHaveLength(2);
  });

  it('reads files by address where all its models do', async () => {
    const [pdf, image] = [/^https:\/\/.*\.pdf$/, /^https:\/\/.*$/];
    const reading = (value: object) => Object.create(openai().chat('gpt-4o-mini'), { supportedUrls: { value } });
    const one = reading({ 'application/pdf': [pdf], 'image/*': [image] });
    const other = reading(Promise.resolve({ 'image/*': [/^https:\/\/.*$/, pdf] }));
    const model: object = routedModel({ one, other }, { strategy: () => 'one' });
    expect(await (model as { readonly supportedUrls: unknown }).supportedUrls).toEqual({ 'image/*': [image] });
  });

  it('falls back to another server of the same embedding model', async () => {
    provider.reply = (_received, count) => (count === 1 ? busy : undefined);
    const model = routedModel(
      { main: openai().embedding('text-embedding-3-small'), spare: openai('k2').embedding('text-embedding-3-small') },
      { strategy: () => 'main', fallback: true },
    );
    const { embedding, providerMetadata } = await embed({ model, value: 'Hi', maxRetries: 0 });
    expect(embedding).toEqual([0.25, 0.5]);
    expect(providerMetadata?.['tta']).toMatchObject({ route: 'spare' });
    const { embeddings } = await embedMany({ model, values: ['Hi'], maxRetries: 0 });
    expect(embeddings).toEqual([[0.25, 0.5]]);
  });

  it.each([
    ['different embedding models', { one: 'text-embedding-3-small', other: 'text-embedding-3-large' }],
    ['an embedding model among language models', { one: 'text-embedding-3-small', other: undefined }],
  ])('refuses %s', (_, names) => {
    const models = Object.entries(names).map(([name, id]) => [
      name,
      id === undefined ? openai().chat('gpt-4o') : openai().embedding(id),
    ]);
    expect(() => routedModel(Object.fromEntries(models), { strategy: () => 'one' })).toThrow(/embedding models of one/);
  });

  it.each([
    ['no models', {}],
    ['something else', { small: 'gpt-4o-mini' }],
  ])('refuses %s', (_, given) => {
    expect(() => routedModel(given as never, { strategy: () => 'small' })).toThrow(/^routedModel: models/);
  });
});
