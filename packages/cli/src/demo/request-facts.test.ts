import { type RunningStep, WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { factsOf, listenForFacts } from './request-facts.ts';

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
    using _ = listenForFacts();
    const [hit, miss] = [new WorkflowContext(), new WorkflowContext()];
    await cache.execute((note) => note('cache.outcome', 'hit'), hit);
    await cache.execute((note) => note('cache.outcome', 'miss'), miss);
    expect([factsOf(hit), factsOf(miss)]).toEqual([{ cacheOutcome: 'hit' }, { cacheOutcome: 'miss' }]);
  });

  it('tell of no problem while the store works', async () => {
    using facts = listenForFacts();
    await cache.execute((note) => note('cache.outcome', 'miss'));
    expect(facts.storeProblem).toBeUndefined();
  });

  it('count each request that had to do without the store once, with the first reason', async () => {
    using facts = listenForFacts();
    await cache.execute((note) => {
      note('cache.storeError', 'timeout');
      note('cache.storeError', 'connect');
    });
    await cache.execute((note) => note('cache.unavailable', 'connect'));
    expect(facts.storeProblem).toEqual({ reason: 'timeout', requests: 2 });
  });

  it('are not listened to any more after the end', async () => {
    const facts = listenForFacts();
    facts[Symbol.dispose]();
    await cache.execute((note) => note('cache.storeError', 'timeout'));
    expect(facts.storeProblem).toBeUndefined();
  });
});
