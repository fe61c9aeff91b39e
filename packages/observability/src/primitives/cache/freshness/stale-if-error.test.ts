import { CircuitOpenError, type Clock, WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { chatAnswer, REQUEST } from '../__fixtures__/chat.ts';
import { FakeStore, reply } from '../__fixtures__/fake-store.ts';
import { overloaded, refused, scriptedStep } from '../__fixtures__/scripted-step.ts';
import { PLAIN, taggedCache } from '../__fixtures__/tagged-cache.ts';
import type { CacheOptions } from '../cache-options.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { memoryStore } from '../store/memory-store.ts';

function arrange(options: Partial<CacheOptions<unknown>> = {}, script?: (call: number) => unknown) {
  const clock = manualClock();
  const scripted = scriptedStep(script);
  const step = vi.fn(scripted.step);
  const cache = new CachePrimitive(step, {
    store: memoryStore({ clock }),
    operation: 'chat',
    ttlMs: 1_000,
    ttlJitter: 0,
    staleIfErrorMs: 60_000,
    ...options,
  });
  const ask = (input: unknown = 'q', init: object = {}) =>
    cache.execute(input, new WorkflowContext({ clock, ...init }));
  return { clock, ...scripted, step, cache, ask };
}

describe('an answer past its ttl, when the step fails', () => {
  it('F18 is served to all who wait, after the step is asked', async () => {
    using recording = recordingObserver();
    const { clock, step, cache, pending, hold, ask } = arrange();
    await ask();
    await clock.advance(1_000);
    hold();
    const answers = Array.from({ length: 50 }, () => ask());
    await clock.advance(0);
    pending[0]?.reject(overloaded());
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['answer 1']));
    expect(step).toHaveBeenCalledTimes(2);
    expect(cache.getStats()).toMatchObject({ total: 51, misses: 1, hits: 50, stale: 50, coalesced: 0, refreshes: 0 });
    expect(recording.factsOf('cache.staleServed')).toEqual(Array(50).fill('server_error'));
  });

  it('is replaced by an answer of the step when there is one', async () => {
    const { clock, cache, ask } = arrange();
    await ask();
    await clock.advance(1_000);
    expect(await ask()).toBe('answer 2');
    expect(await ask()).toBe('answer 2');
    expect(cache.getStats()).toMatchObject({ misses: 2, hits: 1, stale: 0 });
  });

  it.each([
    ['429', Object.assign(new Error('slow down'), { status: 429 }), 'rate_limited'],
    ['a network error', new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }), 'network'],
    ['a timeout', new DOMException('too slow', 'TimeoutError'), 'timeout'],
    ['an open circuit', new CircuitOpenError('chat', 1, 5, undefined), 'circuit_open'],
  ])('is served for %s, with its cause', async (_, error, cause) => {
    using recording = recordingObserver();
    const { clock, ask } = arrange({}, (call) => {
      if (call > 1) throw error;
      return 'answer';
    });
    await ask();
    await clock.advance(1_000);
    expect(await ask()).toBe('answer');
    expect(recording.factsOf('cache.staleServed')).toEqual([cause]);
    expect(recording.factsOf('cache.skipped')).toEqual(['error']);
  });

  it.each([
    ['the request itself was wrong', refused()],
    ['the step has a bug', new TypeError('x is not a function')],
    ['the step gave up by itself', new DOMException('left', 'AbortError')],
  ])('is not served when %s', async (_, error) => {
    const { clock, cache, ask } = arrange({}, (call) => {
      if (call > 1) throw error;
      return 'answer';
    });
    await ask();
    await clock.advance(1_000);
    await expect(ask()).rejects.toBe(error);
    expect(cache.getStats()).toMatchObject({ misses: 2, stale: 0 });
  });

  it('is not served when its time is over, nor in place of what was never stored', async () => {
    const error = overloaded();
    const { clock, ask } = arrange({}, (call) => {
      if (call > 1) throw error;
      return 'answer';
    });
    await ask();
    await clock.advance(61_000);
    await expect(ask()).rejects.toBe(error);
    await expect(ask('another')).rejects.toBe(error);
  });

  it('is not served when its time is over by the time the step fails', async () => {
    const { clock, pending, hold, ask } = arrange();
    await ask();
    await clock.advance(60_999);
    hold();
    const asked = ask().catch((error: unknown) => error);
    await clock.advance(1);
    const error = overloaded();
    pending[0]?.reject(error);
    expect(await asked).toBe(error);
  });

  it('is not served to a caller who left, however the step then fails', async () => {
    const { clock, cache, hold, ask } = arrange();
    await ask();
    await clock.advance(1_000);
    hold();
    const controller = new AbortController();
    const reason = overloaded();
    const left = ask('q', { signal: controller.signal });
    await clock.advance(0);
    controller.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(cache.getStats()).toMatchObject({ total: 2, misses: 2, stale: 0 });
  });

  it.each<[string, (clock: Clock) => object]>([
    ['the deadline of its own', (clock) => ({ deadline: clock.now() + 500 })],
    [
      'a timeout around it',
      (clock) => {
        const controller = new AbortController();
        clock.setTimer(() => controller.abort(new DOMException('too slow', 'TimeoutError')), 500);
        return { signal: controller.signal };
      },
    ],
  ])('is served to a caller whom %s ends, while others go on waiting for the step', async (_, initOf) => {
    using recording = recordingObserver();
    const { clock, cache, pending, hold, ask } = arrange();
    await ask();
    await clock.advance(1_000);
    hold();
    const hurried = ask('q', initOf(clock));
    const patient = ask();
    await clock.advance(510);
    expect(await hurried).toBe('answer 1');
    expect(pending[0]?.context.isAborted).toBe(false);
    pending[0]?.resolve('answer 2');
    expect(await patient).toBe('answer 2');
    expect(recording.factsOf('cache.staleServed')).toEqual(['timeout']);
    expect(cache.getStats()).toMatchObject({ total: 3, misses: 2, stale: 1, coalesced: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not served once a tag of it was invalidated, by whatever process, while the step was being asked', async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const tagged = { store, tags: () => ['site'], staleIfErrorMs: 60_000 };
    const [one, other] = [taggedCache(tagged, clock), taggedCache(tagged, clock)];
    await one.ask(PLAIN);
    await clock.advance(10_000);
    one.hold();
    const answer = one.ask(PLAIN).catch((error: unknown) => error);
    await clock.advance(0);
    await other.cache.invalidateTag('site', other.contextOf());
    const error = overloaded();
    one.pending[0]?.reject(error);
    expect(await answer).toBe(error);
  });

  it('is served all the same when the store cannot tell whether a tag of it was invalidated', async () => {
    const fake = new FakeStore();
    const tags = { store: fake, tags: () => ['site'], staleIfErrorMs: 60_000 };
    const { ask, clock, hold, pending } = taggedCache(tags);
    await ask(PLAIN);
    await clock.advance(10_000);
    hold();
    const answer = ask(PLAIN);
    await clock.advance(0);
    fake.trouble = reply('LOADING Redis is loading the dataset in memory');
    pending[0]?.reject(overloaded());
    expect(await answer).toBe('answer 1');
  });

  it('is served for the errors that a rule of the user names, and for no other', async () => {
    using recording = recordingObserver();
    const own = new Error('mine');
    const errors = [own, overloaded()];
    const { clock, ask } = arrange({ staleIf: (error) => error === own }, (call) => {
      if (call > 1) throw errors[call - 2];
      return 'answer';
    });
    await ask();
    await clock.advance(1_000);
    expect(await ask()).toBe('answer');
    await expect(ask()).rejects.toThrow('overloaded');
    expect(recording.factsOf('cache.staleServed')).toEqual(['policy']);
  });

  it.each([
    [
      'fails',
      () => {
        throw new Error('broken rule');
      },
    ],
    ['gives a promise', () => Promise.reject(new Error('late')) as never],
  ])('is not served when the rule %s; the caller gets the error of the step', async (_, staleIf) => {
    const { clock, ask } = arrange({ staleIf }, (call) => {
      if (call > 1) throw overloaded();
      return 'answer';
    });
    await ask();
    await clock.advance(1_000);
    await expect(ask()).rejects.toThrow('overloaded');
  });

  it('saves nobody money, because the call was made', async () => {
    const { clock, cache, ask } = arrange({}, (call) => {
      if (call > 1) throw overloaded();
      return chatAnswer('yes');
    });
    await ask(REQUEST);
    await clock.advance(1_000);
    expect(await ask(REQUEST)).toEqual(chatAnswer('yes'));
    expect(cache.getStats()).toMatchObject({ stale: 1, costSavingsUsd: 0 });
  });

  it('is served at once where it may be refreshed, and for an error after that', async () => {
    using recording = recordingObserver();
    const { clock, ask } = arrange({ staleWhileRevalidateMs: 1_000 }, (call) => {
      if (call > 1) throw overloaded();
      return 'answer';
    });
    await ask();
    await clock.advance(1_999);
    expect(await ask()).toBe('answer');
    await clock.advance(1);
    expect(await ask()).toBe('answer');
    expect(recording.factsOf('cache.staleServed')).toEqual(['revalidating', 'server_error']);
  });
});

describe('a stream, when an answer past its ttl stands by', () => {
  async function* of(...parts: (string | Error)[]) {
    for (const part of parts) {
      if (part instanceof Error) throw part;
      yield part;
    }
  }
  const readable = (...parts: (string | Error)[]): ReadableStream<string> => ReadableStream.from(of(...parts));

  async function read(stream: unknown): Promise<unknown[]> {
    const chunks: unknown[] = [];
    for await (const chunk of stream as AsyncIterable<unknown>) chunks.push(chunk);
    return chunks;
  }

  it.each([
    ['iterable', of],
    ['ReadableStream', readable],
  ])('that fails before its first chunk is replaced by it: %s', async (_, make) => {
    using recording = recordingObserver();
    const { clock, cache, ask } = arrange({}, (call) => (call === 1 ? make('a', 'b') : make(overloaded())));
    expect(await read(await ask())).toEqual(['a', 'b']);
    await clock.advance(1_000);
    const answers = await Promise.all([ask(), ask()]);
    expect(await Promise.all(answers.map(read))).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(cache.getStats()).toMatchObject({ total: 3, misses: 1, stale: 2 });
    expect(recording.factsOf('cache.skipped')).toEqual(['error']);
  });

  it('that fails after its first chunk is not replaced', async () => {
    const { clock, cache, ask } = arrange({}, (call) => (call === 1 ? of('a', 'b') : of('c', overloaded())));
    await read(await ask());
    await clock.advance(1_000);
    await expect(read(await ask())).rejects.toThrow('overloaded');
    expect(cache.getStats()).toMatchObject({ misses: 2, stale: 0 });
  });

  it('that goes well loses no chunk, and is stored', async () => {
    const { clock, step, ask } = arrange({}, (call) => of(`a${call}`, `b${call}`));
    await read(await ask());
    await clock.advance(1_000);
    expect(await read(await ask())).toEqual(['a2', 'b2']);
    await clock.advance(0);
    expect(await read(await ask())).toEqual(['a2', 'b2']);
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('that hangs before its first chunk is left by its callers at any time', async () => {
    const { clock, cache, ask } = arrange({}, (call) => (call === 1 ? of('a') : hanging()));
    async function* hanging() {
      await new Promise(() => {});
      yield 'never';
    }
    await read(await ask());
    await clock.advance(1_000);
    const controller = new AbortController();
    const left = ask('q', { signal: controller.signal });
    await clock.advance(100);
    controller.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(cache.getStats()).toMatchObject({ total: 2, misses: 2 });
  });
});
