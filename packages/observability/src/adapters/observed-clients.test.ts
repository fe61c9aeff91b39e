import Anthropic from '@anthropic-ai/sdk';
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';
import { ApiError, GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { failureOf, runInContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from './__fixtures__/answers.ts';
import { LoopbackProvider, type Reply } from './__fixtures__/provider.ts';
import { observe as observeAnthropic } from './anthropic/index.ts';
import type { FetchOptions } from './fetch/fetch-options.ts';
import { observe as observeGoogle } from './google/index.ts';
import { observe as observeOpenAI } from './openai/index.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

/** What a caller does with the client of one SDK. */
interface Driver {
  readonly sdk: string;
  readonly model: string;
  readonly otherModel: string;
  /** The class of a 429. */
  readonly rateLimited: new (
    ...values: never[]
  ) => Error;
  /** The class of a caller's abort. */
  readonly aborted: string | (new (...values: never[]) => Error);
  readonly make: (options?: FetchOptions) => Calls;
}

interface Calls {
  readonly whole: (signal?: AbortSignal) => Promise<string>;
  readonly streamed: () => Promise<string>;
  /** The name and the arguments of the tool that the model calls. */
  readonly tool: () => Promise<unknown>;
  readonly structured: () => Promise<unknown>;
}

const HI = [{ role: 'user' as const, content: 'Hi' }];
const CITY = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: false as const,
};

const joined = (pieces: readonly (string | null | undefined)[]): string => pieces.join('');

function openaiCalls(options?: FetchOptions): Calls {
  const plain = new OpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1`, maxRetries: 1 });
  const { completions } = observeOpenAI(plain, options).chat;
  const asked = { model: 'gpt-4o-mini', messages: HI };
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: CITY } }];
  const response_format = { type: 'json_schema' as const, json_schema: { name: 'city', schema: CITY } };
  return {
    whole: async (signal) => (await completions.create(asked, { signal })).choices[0]?.message.content ?? '',
    async streamed() {
      const chunks = await collect(await completions.create({ ...asked, stream: true }));
      return joined(chunks.map(({ choices }) => choices[0]?.delta.content));
    },
    async tool() {
      const [call] = (await completions.create({ ...asked, tools })).choices[0]?.message.tool_calls ?? [];
      return call?.type === 'function' ? [call.function.name, JSON.parse(call.function.arguments)] : undefined;
    },
    structured: async () =>
      JSON.parse((await completions.create({ ...asked, response_format })).choices[0]?.message.content ?? ''),
  };
}

function anthropicCalls(options?: FetchOptions): Calls {
  const plain = new Anthropic({ apiKey: 'k', baseURL: provider.url, maxRetries: 1 });
  const { messages } = observeAnthropic(plain, options);
  const asked = { model: 'claude-opus-5-5', max_tokens: 99, messages: HI };
  const textOf = ({ content }: Anthropic.Message): string =>
    joined(content.map((block) => (block.type === 'text' ? block.text : '')));
  return {
    whole: async (signal) => textOf(await messages.create(asked, { signal })),
    async streamed() {
      const events = await collect(await messages.create({ ...asked, stream: true }));
      const texts = events.map((event) =>
        event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : '',
      );
      return joined(texts);
    },
    async tool() {
      const [block] = (await messages.create({ ...asked, tools: [{ name: 'weather', input_schema: CITY }] })).content;
      return block?.type === 'tool_use' ? [block.name, block.input] : undefined;
    },
    async structured() {
      const format = jsonSchemaOutputFormat(CITY);
      return (await messages.parse({ ...asked, output_config: { format } })).parsed_output;
    },
  };
}

function googleCalls(options?: FetchOptions): Calls {
  const plain = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: provider.url } });
  const { models } = observeGoogle(plain, options);
  const asked = { model: 'gemini-2.5-flash', contents: 'Hi' };
  const tools = [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: CITY }] }];
  const json = { responseMimeType: 'application/json', responseJsonSchema: CITY };
  return {
    async whole(abortSignal) {
      const config = abortSignal === undefined ? {} : { abortSignal };
      return (await models.generateContent({ ...asked, config })).text ?? '';
    },
    async streamed() {
      const chunks = await collect(await models.generateContentStream(asked));
      return joined(chunks.map(({ text }) => text));
    },
    async tool() {
      const [call] = (await models.generateContent({ ...asked, config: { tools } })).functionCalls ?? [];
      return [call?.name, call?.args];
    },
    structured: async () => JSON.parse((await models.generateContent({ ...asked, config: json })).text ?? ''),
  };
}

const DRIVERS: readonly Driver[] = [
  {
    sdk: 'OpenAI',
    model: 'gpt-4o-mini',
    otherModel: 'gpt-4.1-nano',
    rateLimited: OpenAI.RateLimitError,
    aborted: OpenAI.APIUserAbortError,
    make: openaiCalls,
  },
  {
    sdk: 'Anthropic',
    model: 'claude-opus-5-5',
    otherModel: 'claude-haiku-4-5',
    rateLimited: Anthropic.RateLimitError,
    aborted: Anthropic.APIUserAbortError,
    make: anthropicCalls,
  },
  {
    sdk: 'Google',
    model: 'gemini-2.5-flash',
    otherModel: 'gemini-2.5-flash-lite',
    rateLimited: ApiError,
    aborted: 'AbortError',
    make: googleCalls,
  },
];

/** How each provider says that it is asked too often. */
const BUSY: Reply = {
  status: 429,
  headers: { 'x-should-retry': 'false', 'retry-after': '7' },
  body: {
    type: 'error',
    error: { type: 'rate_limit_error', code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Busy' },
  },
};

const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe.each(DRIVERS)('an observed client of $sdk', ({ make, model, otherModel, rateLimited, aborted }) => {
  it('gives texts, streams, calls of tools and structured output, a hit as a miss', async () => {
    const calls = make({ cache: { cacheToolCalls: true }, timeout: { timeoutMs: 60_000 } });
    for (const _time of ['miss', 'hit']) {
      expect([await calls.whole(), await calls.streamed()]).toEqual([TEXT, TEXT]);
      expect(await calls.tool()).toEqual(['weather', { city: 'Oslo' }]);
      expect(await calls.structured()).toEqual({ city: 'Oslo' });
    }
    expect(provider.received.length).toBeLessThanOrEqual(4);
  });

  it('has read a stream to its end, as a miss and as a hit, however its client stops', async () => {
    const calls = make({ cache: {}, timeout: { timeoutMs: 5_000 } });
    for (const cacheOutcome of ['miss', 'hit']) {
      const { context, report } = withReport();
      expect(await runInContext(context, () => calls.streamed())).toBe(TEXT);
      expect(await report).toMatchObject({ cacheOutcome, timeoutOutcome: 'success' });
    }
  });

  it('throws its own error class for a 429 of the provider, which says when to come back', async () => {
    provider.reply = () => BUSY;
    const error = await caught(make({ retry: { maxAttempts: 1 } }).whole());
    expect(error).toBeInstanceOf(rateLimited);
    expect(failureOf(error)).toMatchObject({ kind: 'rate_limited', status: 429 });
    expect(provider.received).toHaveLength(1);
  });

  it('throws its own error class for a limit of ours, and does not try again', async () => {
    const calls = make({ limit: { key: () => 'all', requestsPerMinute: 1 } });
    expect(await calls.whole()).toBe(TEXT);
    const error = await caught(calls.whole());
    expect(error).toBeInstanceOf(rateLimited);
    expect(error).toMatchObject({ status: 429, message: expect.stringContaining('1 requests a minute') });
    expect(provider.received).toHaveLength(1);
  });

  it('throws a TimeoutError for a stream that stalls, and closes its connection', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const calls = make({ timeout: { timeoutMs: 60_000, stream: { idleMs: 50 } } });
    expect(await caught(calls.streamed())).toMatchObject({ code: 'ERR_TTA_TIMEOUT', phase: 'idle' });
    await provider.last.closed;
    expect(provider.received).toHaveLength(1);
  });

  it('throws its own error for the abort of its caller, and closes the connection', async () => {
    provider.reply = () => ({ fault: 'silence' });
    const controller = new AbortController();
    const outcome = caught(make({ timeout: { timeoutMs: 60_000 } }).whole(controller.signal));
    await expect.poll(() => provider.received.length).toBe(1);
    controller.abort();
    const error = await outcome;
    if (typeof aborted === 'string') expect(error).toMatchObject({ name: aborted });
    else expect(error).toBeInstanceOf(aborted);
    await provider.last.closed;
  });

  it('falls back to another model before the first chunk of a stream, and states both attempts', async () => {
    provider.reply = (_, count) => (count === 1 ? { ...BUSY, status: 503 } : undefined);
    const routes = { asked: {}, other: { model: otherModel } };
    const { context, report } = withReport();
    expect(await runInContext(context, () => make({ routes, fallback: true }).streamed())).toBe(TEXT);
    expect((await report).attempts).toMatchObject([
      { model, outcome: 'failed' },
      { model: otherModel, outcome: 'answered', usage: { inputTokens: 1_000, outputTokens: 100 } },
    ]);
  });
});
