import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeStore, never } from '../__fixtures__/fake-store.ts';
import { CachePrimitive } from '../cache-primitive.ts';

/** A step that answers when told to, and that can be cancelled. */
function pending() {
  const calls: { resolve: (answer: string) => void; reject: (error: unknown) => void; context: WorkflowContext }[] = [];
  const step = vi.fn((_input: string, context: WorkflowContext) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    context.onAbort(reject);
    calls.push({ resolve, reject, context });
    return promise;
  });
  return { step, calls };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function cancellable() {
  const controller = new AbortController();
  return {
    context: new WorkflowContext({ signal: controller.signal }),
    leave: (reason: unknown) => controller.abort(reason),
  };
}

describe('requests made at the same time', () => {
  it('share one call, also a thousand of them', async () => {
    using recording = recordingObserver();
    const { step, calls } = pending();
    const cache = new CachePrimitive(step);
    const answers = Array.from({ length: 1_000 }, () => cache.execute('a'));
    await turn();
    calls[0]?.resolve('answer');
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['answer']));
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ total: 1_000, misses: 1, hits: 999, coalesced: 999 });
    expect(recording.factsOf('cache.outcome').filter((outcome) => outcome === 'miss')).toHaveLength(1);
  });

  it('share one call when the store is slower than the step', async () => {
    const fake = new FakeStore();
    fake.trouble = () => turn();
    const step = vi.fn((input: string) => input);
    const cache = new CachePrimitive(step, { store: fake });
    await Promise.all(Array.from({ length: 100 }, () => cache.execute('a')));
    expect(step).toHaveBeenCalledTimes(1);
    expect(fake.asked).toMatchObject({ get: 1, set: 1 });
  });

  it('share an answer that is not stored yet, which is a hit', async () => {
    const fake = new FakeStore();
    fake.trouble = (operation) => (operation === 'set' ? never() : undefined);
    const step = vi.fn((input: string) => input);
    const cache = new CachePrimitive(step, { store: fake });
    await cache.execute('a');
    expect(await cache.execute('a')).toBe('a');
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ hits: 1, coalesced: 0, misses: 1 });
  });

  it('share one hit', async () => {
    const fake = new FakeStore();
    const cache = new CachePrimitive((input: string) => input, { store: fake });
    await cache.execute('a');
    await turn();
    await Promise.all([cache.execute('a'), cache.execute('a')]);
    expect(cache.getStats()).toMatchObject({ hits: 2, coalesced: 0, misses: 1 });
    expect(fake.asked.get).toBe(2);
  });

  it('F18 share the very error, which is stored nowhere', async () => {
    const { step, calls } = pending();
    const cache = new CachePrimitive(step);
    const answers = Array.from({ length: 200 }, () => cache.execute('a').catch((error: unknown) => error));
    await turn();
    const error = new Error('busy');
    calls[0]?.reject(error);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([error]));
    expect(cache.getStats()).toMatchObject({ misses: 1, coalesced: 199 });
    void cache.execute('a').catch(() => {});
    await turn();
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('share nothing when the answer must not be shared', async () => {
    const step = vi.fn(async (_: object) => 'answer');
    const cache = new CachePrimitive(step);
    const request = { model: 'm', input: 'a', store: true };
    await Promise.all([cache.execute(request), cache.execute(request)]);
    expect(step).toHaveBeenCalledTimes(2);
  });
});

describe('a caller that leaves a shared call', () => {
  it('F19 gets its own reason at once, and the others their answer', async () => {
    const { step, calls } = pending();
    const cache = new CachePrimitive(step);
    const first = cancellable();
    const left = cache.execute('a', first.context);
    const stayed = cache.execute('a');
    await turn();
    const reason = new Error('the first has left');
    first.leave(reason);
    await expect(left).rejects.toBe(reason);
    expect(calls[0]?.context.isAborted).toBe(false);
    calls[0]?.resolve('answer');
    expect(await stayed).toBe('answer');
    expect(step).toHaveBeenCalledTimes(1);
  });

  it('F19 ends the call when it is the last, with its reason', async () => {
    const { step, calls } = pending();
    const cache = new CachePrimitive(step);
    const callers = [cancellable(), cancellable()];
    const answers = callers.map(({ context }) => cache.execute('a', context).catch((error: unknown) => error));
    await turn();
    callers[0]?.leave('first');
    callers[1]?.leave('last');
    expect(await Promise.all(answers)).toEqual(['first', 'last']);
    expect(calls[0]?.context.signal.reason).toBe('last');
    void cache.execute('a').catch(() => {});
    await turn();
    expect(step).toHaveBeenCalledTimes(2);
  });

  it('keeps the step from being asked when it leaves during the lookup', async () => {
    const fake = new FakeStore();
    fake.trouble = () => turn();
    const step = vi.fn((input: string) => input);
    const { context, leave } = cancellable();
    const answer = new CachePrimitive(step, { store: fake }).execute('a', context).catch((error: unknown) => error);
    await Promise.resolve();
    leave('left');
    expect(await answer).toBe('left');
    await turn();
    await turn();
    expect(step).not.toHaveBeenCalled();
  });

  it('is not counted among the hits', async () => {
    const { step, calls } = pending();
    const cache = new CachePrimitive(step);
    const { context, leave } = cancellable();
    const stayed = cache.execute('a');
    const left = cache.execute('a', context).catch(() => {});
    await turn();
    leave('left');
    calls[0]?.resolve('answer');
    await Promise.all([stayed, left]);
    expect(cache.getStats()).toMatchObject({ total: 2, misses: 2, hits: 0 });
  });

  it('leaves at its own deadline if nobody enforces it, and no timer behind', async () => {
    const clock = manualClock();
    const { step, calls } = pending();
    const cache = new CachePrimitive(step);
    const hurried = cache.execute('a', new WorkflowContext({ clock, deadline: 100 })).catch((error: unknown) => error);
    const patient = cache.execute('a', new WorkflowContext({ clock, deadline: 500 }));
    await clock.advance(105);
    expect(await hurried).toMatchObject({ name: 'TimeoutError' });
    expect(calls[0]?.context.isAborted).toBe(false);
    calls[0]?.resolve('answer');
    expect(await patient).toBe('answer');
    expect(clock.pendingTimers).toBe(0);
  });

  it('counts who left at the deadline as a miss, because no answer was given', async () => {
    const clock = manualClock();
    const { step, calls } = pending();
    const cache = new CachePrimitive(step);
    const patient = cache.execute('a', new WorkflowContext({ clock }));
    const hurried = cache.execute('a', new WorkflowContext({ clock, deadline: 100 })).catch((error: unknown) => error);
    await clock.advance(105);
    calls[0]?.resolve('answer');
    await Promise.all([patient, hurried]);
    expect(cache.getStats()).toMatchObject({ total: 2, misses: 2, coalesced: 0 });
  });

  it('binds the shared call to nobody’s deadline', async () => {
    const { step, calls } = pending();
    const answer = new CachePrimitive(step).execute('a', new WorkflowContext({ deadline: performance.now() + 60_000 }));
    await turn();
    expect(calls[0]?.context.deadline).toBe(Number.POSITIVE_INFINITY);
    calls[0]?.resolve('answer');
    await answer;
  });

  it('leaves no listener on a signal that lives on', async () => {
    const controller = new AbortController();
    const add = vi.spyOn(controller.signal, 'addEventListener');
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    const cache = new CachePrimitive(async (input: string) => input);
    await cache.execute('a', new WorkflowContext({ signal: controller.signal }));
    expect(add.mock.calls.length).toBeGreaterThan(0);
    expect(remove.mock.calls.length).toBe(add.mock.calls.length);
  });
});
