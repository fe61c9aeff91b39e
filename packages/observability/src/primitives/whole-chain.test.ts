import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import OpenAI from 'openai';
import { BulkheadPrimitive, type Clock, WorkflowContext } from 'tta-dev-primitives';
import { isStream } from 'tta-dev-primitives/internal';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CachePrimitive } from './cache/cache-primitive.ts';
import { RouterPrimitive } from './router/router-primitive.ts';
import { TimeoutPrimitive } from './timeout/timeout-primitive.ts';

interface Request {
  readonly question: string;
  readonly stream: boolean;
}

const USAGE = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
const COST_USD = 0.00021; // with gpt-4o-mini
const BASELINE_USD = 0.0035; // with gpt-4o

/** A provider that answers every question, except that it begins and then hangs on "hang". */
const provider = { calls: 0, cutOff: 0 };

function answer(response: ServerResponse, model: string, hangs: boolean): void {
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } };
  response.setHeader('content-type', 'application/json');
  if (hangs) response.flushHeaders();
  else response.end(JSON.stringify({ id: 'c', object: 'chat.completion', model, choices: [choice], usage: USAGE }));
}

function stream(response: ServerResponse, model: string, hangs: boolean): void {
  const send = (part: object): void => {
    const chunk = { id: 'c', object: 'chat.completion.chunk', model, ...part };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const choice = (delta: object, finish_reason: string | null) => ({ choices: [{ index: 0, delta, finish_reason }] });
  response.setHeader('content-type', 'text/event-stream');
  send(choice({ role: 'assistant', content: 'hel' }, null));
  if (hangs) return;
  send(choice({ content: 'lo' }, null));
  send(choice({}, 'stop'));
  send({ choices: [], usage: USAGE });
  response.end('data: [DONE]\n\n');
}

const server = createServer(async (request, response) => {
  provider.calls += 1;
  response.on('close', () => {
    if (!response.writableFinished) provider.cutOff += 1;
  });
  const body = JSON.parse((await buffer(request)).toString()) as OpenAI.ChatCompletionCreateParams;
  const hangs = body.messages[0]?.content === 'hang';
  if (body.stream === true) stream(response, body.model, hangs);
  else answer(response, body.model, hangs);
});

let openai: OpenAI;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  openai = new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function chain() {
  const ask =
    (model: string) =>
    ({ question, stream }: Request, { signal }: WorkflowContext): Promise<unknown> => {
      const messages = [{ role: 'user' as const, content: question }];
      return stream
        ? openai.chat.completions.create(
            { model, messages, stream: true, stream_options: { include_usage: true } },
            { signal },
          )
        : openai.chat.completions.create({ model, messages }, { signal });
    };
  const router = new RouterPrimitive(
    { small: { step: ask('gpt-4o-mini') }, large: { step: ask('gpt-4o'), model: 'gpt-4o' } },
    { strategy: () => 'small', defaultRoute: 'small', baseline: 'large' },
  );
  const cache = new CachePrimitive(router, { operation: 'chat' });
  const timeout = new TimeoutPrimitive(cache, { timeoutMs: 60_000, graceMs: 500, stream: { idleMs: 60_000 } });
  const hasty = new TimeoutPrimitive(cache, { timeoutMs: 300, graceMs: 500, stream: { idleMs: 300 } });
  Object.assign(provider, { calls: 0, cutOff: 0 });
  return { router, cache, timeout, hasty };
}

/** What a person reads of an answer. */
async function read(answer: unknown): Promise<string> {
  if (!isStream(answer)) return (answer as OpenAI.ChatCompletion).choices[0]?.message.content ?? '';
  let text = '';
  for await (const chunk of answer as AsyncIterable<OpenAI.ChatCompletionChunk>) {
    text += chunk.choices[0]?.delta.content ?? '';
  }
  return text;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each([{ isObserved: false }, { isObserved: true }])(
  'timeout, cache and router around openai, %o',
  ({ isObserved }) => {
    it.each([{ stream: false }, { stream: true }])(
      'give an answer again and state its saving once, %o',
      async ({ stream }) => {
        using recording = isObserved ? recordingObserver() : undefined;
        const { router, cache, timeout } = chain();
        for (let call = 0; call < 3; call += 1) {
          expect(await read(await timeout.execute({ question: 'say hello', stream }))).toBe('hello');
          await turn();
        }
        expect(provider.calls).toBe(1);
        expect(cache.getStats()).toMatchObject({ total: 3, hits: 2, misses: 1 });
        expect(cache.getStats().costSavingsUsd).toBeCloseTo(2 * COST_USD, 12);
        expect(router.getStats().routes.small.costUsd).toBeCloseTo(COST_USD, 12);
        expect(router.getStats().costSavingsUsd).toBeCloseTo(BASELINE_USD - COST_USD, 12);
        expect(timeout.getStats()).toMatchObject({ total: 3, successes: 3 });
        if (recording === undefined) return;
        expect(recording.factsOf('cache.savedUsd')).toHaveLength(2);
        expect(recording.factsOf('llm.costUsd')).toHaveLength(1);
        expect(recording.factsOf('router.savedUsd')).toHaveLength(1);
        expect(recording.executions.map(({ ending }) => ending?.status)).not.toContain(undefined);
      },
    );

    it.each([{ stream: false }, { stream: true }])('cut a hung provider off, %o', async ({ stream }) => {
      using _ = isObserved ? recordingObserver() : undefined;
      const { router, cache, hasty } = chain();
      const reading = (async () => read(await hasty.execute({ question: 'hang', stream })))();
      await expect(reading).rejects.toMatchObject({ name: 'TimeoutError', phase: stream ? 'idle' : 'soft' });
      await expect.poll(() => provider.cutOff).toBe(1);
      expect(hasty.getStats()).toMatchObject({ total: 1, failures: 1, abandoned: 0 });
      expect(cache.getStats()).toMatchObject({ total: 1, misses: 1 });
      expect(router.getStats().routes.small).toMatchObject({ decisions: 1, errors: 1, costUsd: 0 });
    });

    it('cut a stream off once its last reader has left', async () => {
      using _ = isObserved ? recordingObserver() : undefined;
      const { timeout } = chain();
      const streams = await Promise.all([1, 2].map(() => timeout.execute({ question: 'hang', stream: true })));
      const readers = streams.map((stream) => (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]());
      for (const reader of readers) await reader.next();
      await readers[0]?.return?.();
      expect(provider).toEqual({ calls: 1, cutOff: 0 });
      await readers[1]?.return?.();
      await expect.poll(() => provider.cutOff).toBe(1);
      expect(timeout.getStats()).toMatchObject({ total: 2, cancelled: 2 });
    });
  },
);

/** A clock of a busy process: of the timers that have fallen due meanwhile, the newest is fired first. */
class LaggingClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>();

  now = (): number => this.#nowMs;
  epochMs = (): number => this.#nowMs;

  setTimer(callback: () => void, delayMs: number) {
    const timer = { dueAt: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    const due = [...this.#timers].filter(({ dueAt }) => dueAt <= this.#nowMs);
    for (const timer of due.toReversed()) if (this.#timers.delete(timer)) timer.callback();
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a timeout around whatever waits for itself', () => {
  const hangs = (): Promise<never> => new Promise(() => {});

  it.each([
    ['a cache', () => new CachePrimitive(hangs)],
    [
      'a router that has not decided',
      () => new RouterPrimitive({ one: hangs }, { strategy: hangs, defaultRoute: 'one' }),
    ],
    [
      'a bulkhead that is full',
      () => {
        const full = new BulkheadPrimitive(hangs, { maxConcurrent: 1, maxQueued: 1 });
        void full.execute('x');
        return full;
      },
    ],
  ])('is the one that ends %s, however much the event loop lags', async (_what, make) => {
    for (const lagMs of [1, 5, 20, 1_000]) {
      const clock = new LaggingClock();
      const timeout = new TimeoutPrimitive(make(), { timeoutMs: 300, graceMs: 200, softAction: 'notify' });
      const failure = timeout.execute('x', new WorkflowContext({ clock })).then(
        () => undefined,
        (error: unknown) => error,
      );
      for (const ms of [300 + lagMs, 200 + lagMs, 1_000]) await clock.pass(ms);
      expect(await failure).toMatchObject({ code: 'ERR_TTA_TIMEOUT', phase: 'hard' });
      expect(timeout.getStats()).toMatchObject({ failures: 1, errors: 0 });
    }
  });
});
