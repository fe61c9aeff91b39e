import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeStore } from './__fixtures__/fake-store.ts';
import { overloaded } from './__fixtures__/scripted-step.ts';
import type { CacheOptions } from './cache-options.ts';
import { CachePrimitive } from './cache-primitive.ts';
import { withCacheControl } from './control/cache-control.ts';
import { guardedStore } from './store/guard/guarded-store.ts';
import type { StoredValue } from './store/store.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Reads at once, and gives what it has read when it is told to. */
class SlowReplies extends FakeStore {
  reply: () => Promise<void> | undefined = () => undefined;

  override async get(key: string): Promise<StoredValue | undefined> {
    const stored = await super.get(key);
    await this.reply();
    return stored;
  }
}

/** A cache whose store has an answer to `stored`. */
async function arrange(options: CacheOptions<string> = {}) {
  const clock = manualClock();
  const fake = new SlowReplies();
  let calls = 0;
  const step = vi.fn(async (question: string) => ({ text: `${question} ${(calls += 1)}` }));
  const store = guardedStore(fake, { clock, deadlineMs: 60_000 });
  const cache = new CachePrimitive(step, { operation: 'chat', store, ttlJitter: 0, ...options });
  const ask = (question: string, init: object = {}) => cache.execute(question, new WorkflowContext({ clock, ...init }));
  await ask('stored');
  await turn();
  const gates: (() => void)[] = [];
  const hold = (): void => {
    fake.reply = () => new Promise((resolve) => gates.push(resolve));
  };
  const release = (): void => {
    fake.reply = () => undefined;
    for (const open of gates.splice(0)) open();
  };
  fake.asked.get = 0;
  return { clock, fake, step, cache, ask, hold, release };
}

describe('those who look for the same at the same time', () => {
  it('share one look, and get a copy each', async () => {
    using recording = recordingObserver();
    const { fake, cache, step, ask, hold, release } = await arrange();
    hold();
    const early = [ask('stored'), ask('stored')];
    await turn();
    const late = ask('stored');
    release();
    const answers = await Promise.all([...early, late]);
    expect(answers).toEqual(Array(3).fill({ text: 'stored 1' }));
    expect(new Set(answers).size).toBe(3);
    expect(fake.asked.get).toBe(1);
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ total: 4, misses: 1, hits: 3, coalesced: 0 });
    expect(recording.factsOf('cache.tier')).toEqual(['far', 'far', 'far']);
  });

  it('share one call too if nothing is there, whenever they came', async () => {
    const { fake, cache, step, ask, hold, release } = await arrange();
    hold();
    const early = ask('new');
    await turn();
    const late = ask('new', { signal: new AbortController().signal });
    release();
    expect(await Promise.all([early, late])).toEqual([{ text: 'new 2' }, { text: 'new 2' }]);
    expect(fake.asked.get).toBe(1);
    expect(step).toHaveBeenCalledTimes(2);
    expect(cache.getStats()).toMatchObject({ misses: 2, coalesced: 1 });
  });

  it('get what they may change also when the entry is well known', async () => {
    const { ask } = await arrange();
    for (let hit = 0; hit < 4; hit += 1) {
      const answer = await ask('stored');
      expect(answer).toEqual({ text: 'stored 1' });
      answer.text = 'changed';
    }
  });

  it('share one call too with who only wants to be told how it ended', async () => {
    const { cache, step, ask, clock, hold, release } = await arrange();
    const onOutcome = vi.fn();
    hold();
    const early = ask('new');
    await turn();
    const told = cache.execute('new', withCacheControl(new WorkflowContext({ clock }), { onOutcome }));
    await turn();
    release();
    expect(await Promise.all([early, told])).toEqual([{ text: 'new 2' }, { text: 'new 2' }]);
    expect(step).toHaveBeenCalledTimes(2);
    expect(onOutcome).toHaveBeenCalledWith(expect.objectContaining({ outcome: 'coalesced' }));
  });

  it('look again when the look is over', async () => {
    const { fake, ask } = await arrange();
    await ask('stored');
    await ask('stored');
    expect(fake.asked.get).toBe(2);
  });
});

describe('an answer that a look has found', () => {
  it('is not looked up again when it is past its ttl', async () => {
    const { clock, fake, cache, ask } = await arrange({ ttlMs: 1_000, staleWhileRevalidateMs: 10_000 });
    await clock.advance(2_000);
    expect(await ask('stored')).toEqual({ text: 'stored 1' });
    await turn();
    expect(fake.asked.get).toBe(1);
    expect(cache.getStats()).toMatchObject({ stale: 1 });
    expect(await ask('stored')).toEqual({ text: 'stored 2' });
  });

  it('serves nobody once its entry was invalidated', async () => {
    const { fake, step, cache, ask, clock, hold, release } = await arrange();
    hold();
    const before = ask('stored');
    await turn();
    await cache.invalidate('stored', new WorkflowContext({ clock }));
    const after = ask('stored');
    await turn();
    expect(fake.asked.get).toBe(2);
    release();
    expect(await Promise.all([before, after])).toEqual([{ text: 'stored 2' }, { text: 'stored 2' }]);
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('starts no call for who came after an invalidation, if it was found before', async () => {
    const { fake, cache, ask, clock, hold, release } = await arrange({ ttlMs: 1_000, staleWhileRevalidateMs: 60_000 });
    await clock.advance(2_000);
    const [key, value] = [...fake.held][0] as [string, string];
    hold();
    const before = ask('stored');
    await turn();
    await cache.invalidate('stored', new WorkflowContext({ clock }));
    release();
    const after = ask('stored');
    expect(await Promise.all([before, after])).toEqual([{ text: 'stored 2' }, { text: 'stored 2' }]);
    expect(fake.held.get(key)).not.toBe(value);
  });
});

describe('an answer that was invalidated between its look and its taking', () => {
  /** Invalidates while a look is under way, so that the entry is gone some turns of the queue after the store has answered. */
  async function afterInvalidation(turnsOfQueue: number): Promise<unknown> {
    const { clock, fake, step, cache, ask, hold, release } = await arrange({ ttlMs: 1_000, staleIfErrorMs: 60_000 });
    await clock.advance(2_000);
    const failing = Promise.withResolvers<{ text: string }>();
    step.mockReturnValue(failing.promise);
    const deleting = Promise.withResolvers<void>();
    fake.trouble = (operation) => (operation === 'delete' ? deleting.promise : undefined);
    const context = new WorkflowContext({ clock });
    const after = cache.invalidate('stored', context).then(() => ask('stored').catch((error: unknown) => error));
    await turn();
    hold();
    const limits = { signal: new AbortController().signal, deadline: clock.now() + 60_000 };
    const during = ask('stored', limits).catch(() => 'failed');
    await turn();
    release();
    for (let passed = 0; passed < turnsOfQueue; passed += 1) await Promise.resolve();
    deleting.resolve();
    await turn();
    failing.reject(overloaded());
    await during;
    return after;
  }

  it.each([0, 1, 2, 3, 4, 5])('is not served to who comes after that (%i)', async (turnsOfQueue) => {
    expect(await afterInvalidation(turnsOfQueue)).toMatchObject({ message: 'overloaded' });
  });
});

describe('who leaves during a look', () => {
  it('is told so at once, counts as a miss, and asks nobody', async () => {
    using recording = recordingObserver();
    const { cache, step, ask, hold, release } = await arrange();
    const controller = new AbortController();
    hold();
    const left = ask('new', { signal: controller.signal });
    const stayed = ask('stored');
    await turn();
    controller.abort('left');
    await expect(left).rejects.toBe('left');
    release();
    expect(await stayed).toEqual({ text: 'stored 1' });
    await turn();
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ total: 3, misses: 2, hits: 1 });
    expect(recording.factsOf('cache.outcome')).toEqual(['miss', 'miss', 'hit']);
  });

  it('is told so at the deadline of its own, and leaves no timer behind', async () => {
    const { clock, step, ask, hold, release } = await arrange();
    hold();
    const late = ask('new', { deadline: clock.now() + 100 }).catch((error: unknown) => error);
    await clock.advance(105);
    expect(await late).toMatchObject({ name: 'TimeoutError' });
    release();
    await turn();
    expect(step).toHaveBeenCalledTimes(1);
    expect(clock.pendingTimers).toBe(0);
    expect(await ask('new', { deadline: clock.now() + 100 })).toEqual({ text: 'new 2' });
    await turn(); // the write has a timer of its own
    expect(clock.pendingTimers).toBe(0);
  });
});
