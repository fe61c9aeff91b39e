import { type RunningStep, WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { RequestWatch } from './request-facts.ts';

/** A cache that does nothing but state what it is told to. */
class StatingCache extends WorkflowPrimitive<(note: RunningStep['note']) => void, void> {
  override readonly kind = 'cache';
  constructor() {
    super('chat');
  }
  protected override run(state: (note: RunningStep['note']) => void, _: WorkflowContext, { note }: RunningStep): void {
    state(note);
  }
}

const cache = new StatingCache();

describe('the facts of requests', () => {
  it('are kept with the request that they belong to', async () => {
    const watch = new RequestWatch();
    const [hit, miss] = [watch.watch(new WorkflowContext()), watch.watch(new WorkflowContext())];
    await cache.execute((note) => note('cache.outcome', 'hit'), hit.context);
    await cache.execute((note) => note('cache.outcome', 'miss'), miss.context);
    expect([hit.facts, miss.facts]).toEqual([{ cacheOutcome: 'hit' }, { cacheOutcome: 'miss' }]);
  });

  it('tell of no problem while the store works', async () => {
    const watch = new RequestWatch();
    await cache.execute((note) => note('cache.outcome', 'miss'), watch.watch(new WorkflowContext()).context);
    expect(watch.storeProblem).toBeUndefined();
  });

  it('count each request that had to do without the store once, with the first reason', async () => {
    const watch = new RequestWatch();
    await cache.execute((note) => {
      note('cache.storeError', 'timeout');
      note('cache.storeError', 'connect');
    }, watch.watch(new WorkflowContext()).context);
    await cache.execute((note) => note('cache.unavailable', 'connect'), watch.watch(new WorkflowContext()).context);
    expect(watch.storeProblem).toEqual({ reason: 'timeout', requests: 2 });
  });

  it('are not heard of requests that are not watched', async () => {
    const watch = new RequestWatch();
    await cache.execute((note) => note('cache.storeError', 'timeout'));
    expect(watch.storeProblem).toBeUndefined();
  });
});
