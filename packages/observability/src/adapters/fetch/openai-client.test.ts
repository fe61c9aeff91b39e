import OpenAI from 'openai';
import { failureOf, runInContext, WorkflowContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../llm/dialects/__fixtures__/provider.ts';
import { TEXT } from '../__fixtures__/answers.ts';
import { lateOutcome } from '../__fixtures__/late.ts';
import { LoopbackProvider } from '../__fixtures__/provider.ts';
import type { FetchOptions } from './fetch-options.ts';
import { ttaFetch } from './tta-fetch.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
beforeEach(() => provider.reset());
afterAll(() => provider[Symbol.asyncDispose]());

function client(options: FetchOptions = {}): OpenAI {
  return new OpenAI({ apiKey: 'sk-test', baseURL: `${provider.url}/v1`, fetch: ttaFetch(options) });
}

const ASKED = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hi' }] };
const STREAMED = { ...ASKED, stream: true as const };
const WEATHER = { type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } };

/** The text of a stream of chunks. */
function textOf(chunks: readonly OpenAI.ChatCompletionChunk[]): string {
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}

describe('what goes to the provider and comes back', () => {
  it('is the same as without it, but for the usage that a stream is asked for', async () => {
    const plain = new OpenAI({ apiKey: 'sk-test', baseURL: `${provider.url}/v1` });
    for (const openai of [plain, client()]) {
      await openai.chat.completions.create(ASKED);
      await openai.responses.create({ model: 'gpt-4o-mini', input: 'Hi', stream: true });
      await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'Hi' });
    }
    const sent = provider.received.map(({ method, path, text, headers }) => [
      method,
      path,
      text,
      headers.authorization,
    ]);
    expect(sent.slice(3)).toEqual(sent.slice(0, 3));
  });

  it('is a stream without the usage that its caller has not asked for', async () => {
    const { context, report } = withReport();
    const chunks = await runInContext(context, async () => collect(await client().chat.completions.create(STREAMED)));
    expect(textOf(chunks)).toBe(TEXT);
    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
    expect(provider.last.text).toBe(`{"stream_options":{"include_usage":true},${JSON.stringify(STREAMED).slice(1)}`);
    expect((await report).usage).toEqual({ inputTokens: 1_000, outputTokens: 100 });
  });

  it('is such a stream also if pieces end in the middle of an event', async () => {
    const usual = await (
      await fetch(`${provider.url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ ...STREAMED, stream_options: { include_usage: true } }),
      })
    ).bytes();
    for (const size of [1, 7, 100, 5_000]) {
      let at = 0;
      const pull = (controller: ReadableStreamDefaultController): void => {
        if (at >= usual.length) controller.close();
        else controller.enqueue(usual.slice(at, at + size));
        at += size;
      };
      const headers = { 'content-type': 'text/event-stream' };
      const openai = client({ fetch: async () => new Response(new ReadableStream({ pull }), { headers }) });
      const chunks = await collect(await openai.chat.completions.create(STREAMED));
      expect([textOf(chunks), chunks.length]).toEqual([TEXT, 3]);
    }
  });

  it('works with tools, structured output and the helpers of the SDK', async () => {
    const openai = client({ cache: {} });
    const { choices } = await openai.chat.completions.create({ ...ASKED, tools: [WEATHER] });
    expect(choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { arguments: '{"city":"Oslo"}' } });
    for (const _time of ['miss', 'hit']) {
      const schema = { name: 'place', schema: { type: 'object' } };
      const parsed = await openai.chat.completions.parse({
        ...ASKED,
        response_format: { type: 'json_schema', json_schema: schema },
      });
      expect(parsed.choices[0]?.message.parsed).toEqual({ city: 'Oslo' });
      expect(await openai.chat.completions.stream(ASKED).finalContent()).toBe(TEXT);
      const [left, right] = (await openai.chat.completions.create(STREAMED)).tee();
      expect([textOf(await collect(left)), textOf(await collect(right))]).toEqual([TEXT, TEXT]);
      const lines = await new Response((await openai.chat.completions.create(STREAMED)).toReadableStream()).text();
      expect(lines.trim().split('\n')).toHaveLength(3);
      const response = await openai.responses.stream({ model: 'gpt-4o-mini', input: 'Hi' }).finalResponse();
      expect(response.output_text).toBe(TEXT);
      const { data } = await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'Hi' });
      expect(data[0]?.embedding).toEqual([0.25, 0.5]);
    }
    expect(provider.received).toHaveLength(5);
  });

  it('is left alone where no model is called', async () => {
    const openai = client({ cache: {}, timeout: { timeoutMs: 1_000 } });
    await openai.models.list();
    await openai.moderations.create({ model: 'omni-moderation-latest', input: 'Hi' });
    await openai.moderations.create({ model: 'omni-moderation-latest', input: 'Hi' });
    expect(provider.received.map(({ path }) => path)).toEqual(['/v1/models', '/v1/moderations', '/v1/moderations']);
  });
});

describe('a cache', () => {
  it('answers a whole request, and a stream, from one call', async () => {
    const openai = client({ cache: {} });
    const { data, response, request_id } = await openai.chat.completions.create(ASKED).withResponse();
    expect([response.status, request_id]).toEqual([200, 'req_1']);
    expect(await openai.chat.completions.create(ASKED)).toEqual({ ...data, _request_id: undefined });
    const chunks = await collect(await openai.chat.completions.create(STREAMED));
    expect(textOf(chunks)).toBe(TEXT);
    expect(provider.received).toHaveLength(1);
  });

  it('answers a whole request from a stream', async () => {
    const openai = client({ cache: {} });
    await collect(await openai.chat.completions.create(STREAMED));
    const { choices, usage } = await openai.chat.completions.create(ASKED);
    expect([choices[0]?.message.content, usage?.total_tokens]).toEqual([TEXT, 1_100]);
    expect(provider.received).toHaveLength(1);
  });

  it('shares nothing between API keys, servers and tenants', async () => {
    const fetch = ttaFetch({ cache: {} });
    const clients = ['sk-1', 'sk-2'].map((apiKey) => new OpenAI({ apiKey, baseURL: `${provider.url}/v1`, fetch }));
    const other = new OpenAI({ apiKey: 'sk-1', baseURL: `${provider.url}/other/v1`, fetch });
    for (const openai of [...clients, other]) await openai.chat.completions.create(ASKED);
    for (const tenantId of ['acme', 'globex', 'acme']) {
      await runInContext(new WorkflowContext({ tenantId }), () => clients[0]?.chat.completions.create(ASKED));
    }
    expect(provider.received).toHaveLength(5);
  });

  it('takes the tenant from an option', async () => {
    const fetch = ttaFetch({ cache: {}, tenantId: ({ headers }) => headers.get('x-tenant') ?? undefined });
    const openai = new OpenAI({ apiKey: 'sk-1', baseURL: `${provider.url}/v1`, fetch });
    for (const tenant of ['acme', 'globex', 'acme']) {
      await openai.chat.completions.create(ASKED, { headers: { 'x-tenant': tenant } });
    }
    expect(provider.received.length).toBe(2);
  });
});

describe('a failure', () => {
  it('of the provider reaches the SDK as it is, with its headers', async () => {
    provider.reply = () => ({
      status: 429,
      headers: { 'retry-after': '7', 'x-should-retry': 'false', 'x-ratelimit-remaining-requests': '0' },
      body: { error: { message: 'slow down', type: 'requests', code: 'rate_limit_exceeded' } },
    });
    const error = (await client()
      .chat.completions.create(ASKED)
      .catch((caught: unknown) => caught)) as InstanceType<typeof OpenAI.RateLimitError>;
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect([error.code, error.headers.get('x-ratelimit-remaining-requests')]).toEqual(['rate_limit_exceeded', '0']);
    expect(provider.received).toHaveLength(1);
  });

  it('of a limit in time is an error of the SDK, which does not retry it', async () => {
    provider.reply = () => ({ fault: 'silence' });
    const openai = client({ timeout: { timeoutMs: 50, graceMs: 0 } });
    const error = await lateOutcome(provider, 50, () => openai.chat.completions.create(ASKED));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({ status: 504, code: 'ERR_TTA_TIMEOUT' });
    expect(failureOf(error)).toMatchObject({ kind: 'timeout', status: 504 });
    expect(provider.received).toHaveLength(1);
    await provider.last.closed;
  });

  it('of a whole body that stalls is one too', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const openai = client({ timeout: { timeoutMs: 50, graceMs: 0 } });
    const error = await lateOutcome(provider, 50, () => openai.chat.completions.create(ASKED));
    expect(error).toMatchObject({ status: 504, code: 'ERR_TTA_TIMEOUT' });
    await provider.last.closed;
  });

  it('of a stream that stalls is our own error, and its connection is closed', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const openai = client({ timeout: { timeoutMs: 60_000, stream: { idleMs: 50 } } });
    const reading = collect(await openai.chat.completions.create(STREAMED));
    await expect(reading).rejects.toMatchObject({ name: 'TimeoutError', code: 'ERR_TTA_TIMEOUT', phase: 'idle' });
    await provider.last.closed;
  });

  it('stated in a 200 is an error of the SDK', async () => {
    provider.reply = () => ({
      headers: { 'x-should-retry': 'false' },
      body: { error: { message: 'busy', code: 503 } },
    });
    await expect(client({ retry: { maxAttempts: 1 } }).chat.completions.create(ASKED)).rejects.toMatchObject({
      status: 503,
    });
  });

  it('of an empty body is an error of the SDK', async () => {
    const fetch = async () => new Response('', { headers: { 'content-type': 'application/json' } });
    const openai = client({ fetch, retry: { maxAttempts: 1 } });
    await expect(openai.chat.completions.create(ASKED)).rejects.toThrow('there is no answer');
  });

  it('of the network is an error of the SDK with the reason', async () => {
    const gone = await LoopbackProvider.start();
    const baseURL = `${gone.url}/v1`;
    await gone[Symbol.asyncDispose]();
    const openai = new OpenAI({ apiKey: 'k', baseURL, maxRetries: 0, fetch: ttaFetch() });
    await expect(openai.chat.completions.create(ASKED)).rejects.toThrow(/^502 fetch failed: connect ECONNREFUSED/);
  });

  it('that may pass is mended by our retry, and the SDK makes no attempts of its own', async () => {
    provider.reply = () => ({ status: 503, body: { error: { message: 'overloaded' } } });
    const openai = client({ retry: { maxAttempts: 2, backoff: () => 0 } });
    await expect(openai.chat.completions.create(ASKED)).rejects.toBeInstanceOf(OpenAI.InternalServerError);
    expect(provider.received).toHaveLength(2);
    provider.reply = (_, count) => (count === 3 ? { fault: 'cut' } : undefined);
    expect((await openai.chat.completions.create(ASKED)).choices[0]?.message.content).toBe(TEXT);
    expect(provider.received).toHaveLength(4);
  });
});

describe('a limit', () => {
  it('refuses a request with an error of the SDK, which does not retry it, and lets hits pass', async () => {
    const limit = { key: () => 'all', requestsPerMinute: 1 };
    const openai = client({ limit, cache: {} });
    await openai.chat.completions.create(ASKED);
    await openai.chat.completions.create(ASKED);
    const other = { ...ASKED, model: 'gpt-4o' };
    const error: unknown = await openai.chat.completions.create(other).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect(error).toMatchObject({ code: 'ERR_TTA_LIMIT' });
    const { headers } = error as { readonly headers: Headers };
    expect(Number(headers.get('retry-after-ms'))).toBeGreaterThan(50_000);
    expect(provider.received).toHaveLength(1);
  });
});

describe('a caller who leaves', () => {
  it('aborts a whole request with the error of the SDK', async () => {
    provider.reply = () => ({ fault: 'silence' });
    const controller = new AbortController();
    const asking = client({ timeout: { timeoutMs: 60_000 } }).chat.completions.create(ASKED, {
      signal: controller.signal,
    });
    const outcome = asking.catch((caught: unknown) => caught);
    await expect.poll(() => provider.received.length).toBe(1);
    controller.abort();
    expect(await outcome).toBeInstanceOf(OpenAI.APIUserAbortError);
    await provider.last.closed;
  });

  it('aborts a stream, which closes its connection', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const stream = await client({ timeout: { timeoutMs: 60_000 } }).chat.completions.create(STREAMED);
    for await (const _chunk of stream) break;
    await provider.last.closed;
  });

  it('never reads its answer, which ends by the limit for unread streams', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const { context, report } = withReport();
    const openai = client({ timeout: { timeoutMs: 60_000, stream: { idleMs: 50 } }, unreadMs: 50 });
    await runInContext(context, () => openai.chat.completions.create(STREAMED).asResponse());
    await provider.last.closed;
    expect((await report).attempts).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('is told apart from a context that ends, which fails the stream', async () => {
    provider.reply = () => ({ fault: 'stall' });
    const controller = new AbortController();
    const context = new WorkflowContext({ signal: controller.signal });
    const stream = await runInContext(context, () => client().chat.completions.create(STREAMED));
    const reading = collect(stream);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: 'ERR_TTA_CANCELLED' });
    await provider.last.closed;
  });
});

it('a stream ends with its answer, although the connection stays open', async () => {
  provider.reply = () => ({ fault: 'open' });
  const openai = client({ timeout: { timeoutMs: 30_000 } });
  const stream = await openai.responses.create({ model: 'gpt-4o-mini', input: 'Hi', stream: true });
  expect((await collect(stream)).at(-1)?.type).toBe('response.completed');
  await provider.last.closed;
});
