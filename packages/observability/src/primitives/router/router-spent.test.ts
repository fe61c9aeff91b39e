import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOpenAI } from '@ai-sdk/openai';
import { APIError as AnthropicError } from '@anthropic-ai/sdk';
import { generateText } from 'ai';
import OpenAI, { InternalServerError, RateLimitError } from 'openai';
import { RetryPrimitive, type StepFunction, WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RouterPrimitive } from './router-primitive.ts';

/** A provider that refuses: with the status that the path names, and asks to wait for the seconds that the path names. */
const provider = createServer((request, response) => {
  const [, status = '503', seconds] = (request.url ?? '').split('/');
  response.writeHead(Number(status), {
    'content-type': 'application/json',
    ...(seconds === undefined || seconds === 'v1' ? {} : { 'retry-after': seconds }),
  });
  response.end('{"error":{"message":"no","code":"refused"}}');
});
let url: string;
beforeAll(async () => {
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`; // of a server that listens on a port
});
afterAll(() => void provider.close());

const asking =
  (path: string): StepFunction<string, string> =>
  async (content, { signal }) => {
    const client = new OpenAI({ apiKey: 'k', baseURL: `${url}/${path}`, maxRetries: 0 });
    const request = { model: 'm', messages: [{ role: 'user' as const, content }] };
    const { choices } = await client.chat.completions.create(request, { signal });
    return choices[0]?.message.content ?? '';
  };

function spent(...paths: readonly string[]): RouterPrimitive<string, string> {
  const routes = Object.fromEntries(paths.map((path, index) => [`route ${index}`, asking(path)]));
  return new RouterPrimitive(routes, { strategy: () => 'route 0', defaultRoute: 'route 0', fallback: true });
}

const rejection = (work: Promise<unknown>): Promise<unknown> => work.then(undefined, (error: unknown) => error);

/** What an error handler of a web framework reads of an error. */
function answerTo(error: { readonly status?: number; readonly headers?: Headers }): [number, string | undefined] {
  return [error.status ?? 500, error.headers?.get('retry-after') ?? undefined];
}

describe('a router whose routes have all failed', () => {
  it('throws what its caller handles: the class, the status and the headers of the one that may pass soonest', async () => {
    const error = await rejection(spent('503', '429/60', '429/7').execute('hi'));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'refused', retryAfterMs: 7_000 });
    expect(answerTo(error as RateLimitError)).toEqual([429, '7']);
  });

  it('throws all errors in the order tried, with the first as cause', async () => {
    const error = await rejection(spent('503', '429/7').execute('hi'));
    expect(error).toMatchObject({ errors: [expect.any(InternalServerError), expect.any(RateLimitError)] });
    expect(error).toMatchObject({ cause: expect.any(InternalServerError) });
  });

  it('throws an AggregateError with the status where errors have no class of their own', async () => {
    const failing = (): Promise<string> =>
      Promise.reject(Object.assign(new Error('no'), { response: { status: 503 } }));
    const router = new RouterPrimitive(
      { a: failing, b: failing },
      { strategy: () => 'a', defaultRoute: 'a', fallback: true },
    );
    const error = await rejection(router.execute('hi'));
    expect(error).toBeInstanceOf(AggregateError);
    expect(answerTo(error as { status: number })).toEqual([503, undefined]);
  });

  it('throws the error of its only route itself', async () => {
    const error = await rejection(spent('429/7').execute('hi'));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).not.toHaveProperty('errors');
  });

  it('is retried after the wait that it asks for', async () => {
    using recording = recordingObserver();
    const clock = manualClock();
    const error = await rejection(spent('503', '429/7').execute('hi'));
    const answers = [() => Promise.reject(error), () => 'at last'];
    const retried = new RetryPrimitive(() => answers.shift()?.()).execute(undefined, new WorkflowContext({ clock }));
    await clock.advance(7_000);
    expect(await retried).toBe('at last');
    expect(recording.factsOf('retry.delayMs')).toEqual([7_000]);
  });
});

describe('a router with a stream that states an error of the service before its first chunk', () => {
  it('falls back, though the error has no status', async () => {
    const stated = { type: 'error', error: { type: 'overloaded_error', message: 'busy' } };
    const overloaded = (): ReadableStream<string> =>
      new ReadableStream({
        start: (controller) => controller.error(new AnthropicError(undefined, stated, 'busy', undefined)),
      });
    const answering = (): ReadableStream<string> => ReadableStream.from(['from b']);
    const router = new RouterPrimitive(
      { a: overloaded, b: answering },
      { strategy: () => 'a', defaultRoute: 'a', fallback: true },
    );
    const reader = (await router.execute('hi')).getReader();
    expect(await reader.read()).toEqual({ done: false, value: 'from b' });
  });
});

describe('a router whose step retries by itself', () => {
  /** The wait that the SDK keeps between its attempts is over at once. */
  const hurried: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    return new Response(await response.text(), {
      status: response.status,
      headers: { 'content-type': 'application/json', 'retry-after-ms': '1' },
    });
  };

  it('falls back on the error that gives up, and lets the route cool down for as long as that asks', async () => {
    let calls = 0;
    const model = createOpenAI({ apiKey: 'k', baseURL: `${url}/503`, fetch: hurried }).chat('m');
    const ask = async (prompt: string): Promise<string> => {
      calls += 1;
      return (await generateText({ model, prompt, maxRetries: 1 })).text;
    };
    const router = new RouterPrimitive(
      { a: ask, b: () => 'from b' },
      { strategy: () => 'a', defaultRoute: 'a', fallback: true },
    );
    const clock = manualClock();
    const execute = (): Promise<string> => router.execute('hi', new WorkflowContext({ clock }));
    expect([await execute(), await execute()]).toEqual(['from b', 'from b']);
    expect(calls).toBe(1);
    await clock.advance(1);
    expect(await execute()).toBe('from b');
    expect(calls).toBe(2);
    expect(router.getStats().routes).toMatchObject({ a: { attempts: 2, errors: 2 }, b: { attempts: 3, errors: 0 } });
  });
});
