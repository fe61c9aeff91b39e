import { getEventListeners } from 'node:events';
import { type Clock, WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANSWER_USD, CHUNKS, chatAnswer } from '../__fixtures__/chat.ts';
import { overloaded, scriptedStep } from '../__fixtures__/scripted-step.ts';
import type { CacheOptions } from '../cache-options.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { withCacheControl } from '../control/cache-control.ts';
import { memoryStore } from '../store/memory-store.ts';
import { tieredStore } from '../store/tiered-store.ts';

function arrange(options: Partial<CacheOptions<unknown>> = {}, script?: (call: number) => unknown) {
  const clock = manualClock();
  const scripted = scriptedStep(script);
  const step = vi.fn(scripted.step);
  const cache = new CachePrimitive(step, {
    store: memoryStore({ clock }),
    operation: 'chat',
    ttlMs: 1_000,
    ttlJitter: 0,
    staleWhileRevalidateMs: 5_000,
    ...options,
  });
  const context = new WorkflowContext({ clock, tenantId: 'acme' });
  return { clock, ...scripted, step, cache, context, ask: (input: unknown = 'q') => cache.execute(input, context) };
}

/** A clock that notes the delays of timers that let the process end. */
function watchedClock(clock: Clock) {
  const unreferenced: number[] = [];
  const setTimer: Clock['setTimer'] = (callback, delayMs) => {
    const timer = clock.setTimer(callback, delayMs);
    return { cancel: () => timer.cancel(), unref: () => void unreferenced.push(delayMs) };
  };
  return { unreferenced, timed: { now: () => clock.now(), epochMs: () => clock.epochMs(), setTimer } };
}

describe('an answer past its ttl', () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);

  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
  });

  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('is served at once, and refreshed once in the background', async () => {
    using recording = recordingObserver();
    const { clock, step, cache, pending, hold, ask } = arrange();
    await ask();
    await clock.advance(1_000);
    hold();
    expect(await Promise.all([ask(), ask()])).toEqual(['answer 1', 'answer 1']);
    expect(await ask()).toBe('answer 1');
    expect(step).toHaveBeenCalledTimes(2);
    pending[0]?.resolve('renewed');
    await clock.advance(0);
    expect(await ask()).toBe('renewed');
    expect(step).toHaveBeenCalledTimes(2);
    expect(recording.factsOf('cache.outcome')).toEqual(['miss', 'stale', 'stale', 'stale', 'hit']);
    expect(recording.factsOf('cache.staleServed')).toEqual(Array(3).fill('revalidating'));
    expect(recording.factsOf('cache.refreshed')).toEqual(['stored']);
    expect(cache.getStats()).toMatchObject({ total: 5, hits: 4, misses: 1, stale: 3, coalesced: 0, refreshes: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is fresh to the last millisecond of its ttl, and gone after the last of its time', async () => {
    const { clock, step, cache, ask } = arrange({}, (call) => {
      if (call > 1) throw overloaded();
      return 'answer';
    });
    await ask();
    await clock.advance(999);
    await ask();
    expect(cache.getStats()).toMatchObject({ stale: 0, hits: 1 });
    await clock.advance(5_000);
    expect(await ask()).toBe('answer');
    await clock.advance(1);
    await expect(ask()).rejects.toThrow('overloaded');
    expect(cache.getStats()).toMatchObject({ stale: 1, hits: 2, misses: 2 });
    expect(step).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['fails', () => Promise.reject(overloaded()), 'failed'],
    ['gives what may not be stored', () => ({ status: 503 }), 'not_stored'],
    ['gives nothing', () => undefined, 'not_stored'],
  ])('stays where it is when the refresh %s, and is left alone for a second', async (_, renew, outcome) => {
    using recording = recordingObserver();
    const { clock, step, ask } = arrange({}, (call) => (call === 1 ? 'answer' : renew()));
    await ask();
    await clock.advance(1_500);
    for (let turn = 0; turn < 5; turn += 1) {
      expect(await ask()).toBe('answer');
      await clock.advance(10);
    }
    expect(step).toHaveBeenCalledTimes(2);
    await clock.advance(1_000);
    expect(await ask()).toBe('answer');
    await clock.advance(0);
    expect(step).toHaveBeenCalledTimes(3);
    expect(recording.factsOf('cache.refreshed')).toEqual([outcome, outcome]);
    expect(recording.factsOf('cache.outcome')).toEqual(['miss', ...Array(6).fill('stale')]);
  });

  it('is refreshed again before its pause is over once a thousand others are paused', async () => {
    const KEYS = 1_000;
    const { clock, step, ask } = arrange({}, (call) => {
      if (call > KEYS + 1) throw overloaded();
      return 'answer';
    });
    const askAll = (from: number, to: number) =>
      Promise.all(Array.from({ length: to - from }, (_, index) => ask(`question ${from + index}`)));
    await askAll(0, KEYS + 1);
    await clock.advance(1_000);
    await askAll(0, KEYS);
    await clock.advance(0);
    await ask('question 0');
    expect(step).toHaveBeenCalledTimes(2 * KEYS + 1);
    await ask(`question ${KEYS}`);
    await clock.advance(0);
    await ask(`question ${KEYS}`);
    await ask('question 0');
    await clock.advance(0);
    expect(step).toHaveBeenCalledTimes(2 * KEYS + 3);
  });

  it('keeps no process alive while it is refreshed', async () => {
    const { clock, cache, pending, hold, ask } = arrange({ refreshTimeoutMs: 7_000 });
    const { timed, unreferenced } = watchedClock(clock);
    await ask();
    await clock.advance(1_000);
    hold();
    expect(await cache.execute('q', new WorkflowContext({ clock: timed, tenantId: 'acme' }))).toBe('answer 1');
    await clock.advance(0);
    expect(unreferenced).toEqual([7_000]);
    pending[0]?.resolve('renewed');
    await clock.advance(0);
  });

  it('is refreshed with the identity of its caller, without its cancellation and deadline', async () => {
    const { clock, cache, pending, hold } = arrange({ refreshTimeoutMs: 7_000 });
    const controller = new AbortController();
    const context = new WorkflowContext({
      clock,
      tenantId: 'acme',
      userId: 'u',
      deadline: 1_100 + clock.now(),
      signal: controller.signal,
    });
    await cache.execute('q', context);
    await clock.advance(1_000);
    hold();
    await cache.execute('q', context);
    controller.abort();
    await clock.advance(500);
    const refresh = pending[0]?.context;
    expect(refresh).toMatchObject({ tenantId: 'acme', userId: 'u', correlationId: context.correlationId });
    expect(refresh?.isAborted).toBe(false);
    expect(refresh?.remainingMs()).toBe(6_500);
    pending[0]?.resolve('renewed');
    await clock.advance(0);
    expect(await cache.execute('q', new WorkflowContext({ clock, tenantId: 'acme' }))).toBe('renewed');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('is refreshed no longer than a refresh may take, which then is ended and makes room for the next', async () => {
    using recording = recordingObserver();
    const { clock, step, pending, hold, ask } = arrange({ refreshTimeoutMs: 1_000, staleWhileRevalidateMs: 60_000 });
    await ask();
    await clock.advance(1_000);
    hold();
    await ask();
    await clock.advance(1_000);
    expect(pending[0]?.context.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(recording.factsOf('cache.refreshed')).toEqual(['timed_out']);
    await clock.advance(1_000);
    expect(await ask()).toBe('answer 1');
    await clock.advance(0);
    expect(step).toHaveBeenCalledTimes(3);
    pending[1]?.resolve('renewed');
    await clock.advance(0);
    expect(await ask()).toBe('renewed');
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not replaced by the answer to what its caller has made of the request meanwhile', async () => {
    using recording = recordingObserver();
    const { clock, pending, hold, ask } = arrange();
    const request = { words: ['hello'] };
    await ask(request);
    await clock.advance(1_000);
    hold();
    await ask(request);
    await clock.advance(0);
    request.words.push('world');
    pending[0]?.resolve('of hello world');
    await clock.advance(0);
    expect(await ask({ words: ['hello'] })).toBe('answer 1');
    expect(recording.factsOf('cache.skipped')).toEqual(['changed']);
    expect(recording.factsOf('cache.refreshed')).toEqual(['not_stored']);
  });

  it('is refreshed as the stream that it is, read to its end', async () => {
    async function* answer() {
      yield* CHUNKS;
    }
    const { clock, step, cache, ask } = arrange({}, answer);
    const read = async (stream: unknown): Promise<unknown[]> => {
      const chunks: unknown[] = [];
      for await (const chunk of stream as AsyncIterable<unknown>) chunks.push(chunk);
      return chunks;
    };
    await read(await ask());
    await clock.advance(1_000);
    expect(await read(await ask())).toEqual(CHUNKS);
    await clock.advance(0);
    expect(step).toHaveBeenCalledTimes(2);
    expect(await read(await ask())).toEqual(CHUNKS);
    expect(cache.getStats()).toMatchObject({ stale: 1, hits: 2, misses: 1, refreshes: 1 });
    expect(cache.getStats().costSavingsUsd).toBeCloseTo((2 - 1) * ANSWER_USD, 12);
  });

  it('keeps waiting for a refreshing stream that stalls no longer than a refresh may take', async () => {
    using recording = recordingObserver();
    const { clock, ask } = arrange({ refreshTimeoutMs: 1_000, staleWhileRevalidateMs: 60_000 }, (call) =>
      call === 1 ? 'answer' : stalling(),
    );
    async function* stalling() {
      yield 1;
      await new Promise(() => {});
    }
    await ask();
    await clock.advance(1_000);
    await ask();
    await clock.advance(1_000);
    expect(recording.factsOf('cache.refreshed')).toEqual(['timed_out']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('costs what its refresh costs, so that spend and savings are what there would be without a cache', async () => {
    let spendUsd = 0;
    const { clock, cache, ask } = arrange({}, () => {
      spendUsd += ANSWER_USD;
      return chatAnswer('yes');
    });
    let asked = 0;
    for (const waitMs of [0, 100, 1_000, 0, 900, 5_000, 7_000, 1_500]) {
      await clock.advance(waitMs);
      await ask();
      asked += 1;
      await clock.advance(0);
    }
    expect(cache.getStats().refreshes).toBeGreaterThan(1);
    expect(spendUsd + cache.getStats().costSavingsUsd).toBeCloseTo(asked * ANSWER_USD, 12);
  });

  it('is shared by a caller who asks for a refresh while one is under way', async () => {
    const { clock, step, cache, pending, hold, ask, context } = arrange();
    await ask();
    await clock.advance(1_000);
    hold();
    await ask();
    const explicit = cache.execute('q', withCacheControl(context, { noCache: true }));
    await clock.advance(0);
    pending[0]?.resolve('renewed');
    expect(await explicit).toBe('renewed');
    await clock.advance(0);
    expect(step).toHaveBeenCalledTimes(2);
    expect(cache.getStats()).toMatchObject({ total: 3, misses: 1, stale: 1, coalesced: 1, refreshes: 1 });
  });

  it('is served by a near tier as well', async () => {
    const clock = manualClock();
    const store = tieredStore(memoryStore({ clock }), memoryStore({ clock }), { clock });
    const { step, cache } = arrange({ store });
    const ask = () => cache.execute('q', new WorkflowContext({ clock }));
    await ask();
    await clock.advance(1_500);
    expect(await ask()).toBe('answer 1');
    await clock.advance(0);
    expect(step).toHaveBeenCalledTimes(2);
    expect(await ask()).toBe('answer 2');
  });
});

describe('the life of an answer', () => {
  it('is shortened by chance, never lengthened', async () => {
    for (const [random, livesMs] of [
      [0, 1_000],
      [0.5, 950],
      [0.999_999, 901],
    ] as const) {
      const { clock, step, ask } = arrange({ ttlJitter: 0.1, staleWhileRevalidateMs: 0, random: () => random });
      await ask();
      await clock.advance(livesMs - 1);
      await ask();
      expect(step).toHaveBeenCalledTimes(1);
      await clock.advance(1);
      await ask();
      expect(step).toHaveBeenCalledTimes(2);
    }
  });

  it('is told from the answer by a function', async () => {
    const { clock, step, ask } = arrange({
      staleWhileRevalidateMs: 0,
      ttlMs: ({ output }) => (output === 'answer 1' ? 100 : 10_000),
    });
    await ask();
    await clock.advance(100);
    await ask();
    await clock.advance(9_999);
    expect(await ask()).toBe('answer 2');
    expect(step).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['0', () => 0],
    ['a negative number', () => -1],
    ['NaN', () => Number.NaN],
    ['no number', () => '60' as never],
    ['a promise', () => Promise.resolve(60) as never],
    [
      'an error',
      () => {
        throw new Error('no idea');
      },
    ],
  ])('is not begun when the function gives %s', async (_, ttlMs) => {
    using recording = recordingObserver();
    const { step, ask } = arrange({ ttlMs });
    await ask();
    expect(await ask()).toBe('answer 2');
    expect(step).toHaveBeenCalledTimes(2);
    expect(recording.factsOf('cache.skipped')).toEqual(['policy', 'policy']);
  });
});
