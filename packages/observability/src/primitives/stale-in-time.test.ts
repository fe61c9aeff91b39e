import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { CachePrimitive } from './cache/cache-primitive.ts';
import { memoryStore } from './cache/store/memory-store.ts';
import { TimeoutPrimitive } from './timeout/timeout-primitive.ts';

function chain(isObedient: boolean) {
  const clock = manualClock();
  let calls = 0;
  const ask = (_: string, context: WorkflowContext): unknown => {
    calls += 1;
    if (calls === 1) return 'answer';
    const { promise, reject } = Promise.withResolvers();
    if (isObedient) context.onAbort(reject);
    return promise;
  };
  const cache = new CachePrimitive(ask, {
    store: memoryStore({ clock }),
    ttlMs: 1_000,
    ttlJitter: 0,
    staleIfErrorMs: 60_000,
  });
  const timeout = new TimeoutPrimitive(cache, { timeoutMs: 2_000, graceMs: 500 });
  return { clock, cache, timeout, execute: () => timeout.execute('q', new WorkflowContext({ clock })) };
}

describe('a timeout around a cache with a stale answer at hand', () => {
  it.each([{ isObedient: true }, { isObedient: false }])(
    'gets that when a step hangs past the limit, %o',
    async ({ isObedient }) => {
      const { clock, cache, timeout, execute } = chain(isObedient);
      await execute();
      await clock.advance(1_500);
      const answer = execute();
      await clock.advance(2_000);
      expect(await answer).toBe('answer');
      expect(timeout.getStats()).toMatchObject({ total: 2, successes: 2, failures: 0, abandoned: 0 });
      expect(cache.getStats()).toMatchObject({ total: 2, misses: 1, stale: 1 });
      expect(clock.pendingTimers).toBe(0);
    },
  );

  it('times out when there is none', async () => {
    const { clock, cache, timeout, execute } = chain(true);
    await execute();
    await clock.advance(61_000);
    const answer = execute().catch((error: unknown) => error);
    await clock.advance(2_500);
    expect(await answer).toMatchObject({ code: 'ERR_TTA_TIMEOUT' });
    expect(timeout.getStats()).toMatchObject({ failures: 1 });
    expect(cache.getStats()).toMatchObject({ misses: 2, stale: 0 });
  });
});
