import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { collect } from '../output/__fixtures__/streams.ts';
import { step } from '../primitive.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { recordingObserver } from '../testing/recording-observer.ts';
import type { ParallelMode } from './branches.ts';
import { parallel } from './parallel.ts';

const MODES: readonly ParallelMode[] = ['fail-fast', 'settle', 'any', 'race'];

const failure = new Error('the branch failed');
const failing = (_?: unknown): Promise<never> => Promise.reject(failure);

/** Never answers, and does not listen to its signal. */
const deaf = (): Promise<never> => new Promise(() => {});

/** Never answers, and rejects with the reason when its signal aborts. */
const waiting = (_: unknown, context: WorkflowContext): Promise<never> =>
  new Promise((_resolve, reject) => context.onAbort(reject));

/** Remembers the context each branch was given. */
function spied<I, O>(
  work: (input: I, context: WorkflowContext) => O,
): { work: typeof work; contexts: WorkflowContext[] } {
  const contexts: WorkflowContext[] = [];
  return {
    contexts,
    work(input, context) {
      contexts.push(context);
      return work(input, context);
    },
  };
}

const nextTurn = (): Promise<void> => new Promise(setImmediate);

const unhandled = vi.fn();
beforeEach(() => void process.on('unhandledRejection', unhandled));
afterEach(async () => {
  await nextTurn();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('gives outputs in the shape of the branches', async () => {
  const branches = [(n: number) => n + 1, step('text', async (n: number) => `${n}`)] as const;
  expect(await parallel(branches).execute(1)).toEqual([2, '1']);
  expect(await parallel({ next: branches[0], text: branches[1] }).execute(1)).toEqual({ next: 2, text: '1' });
});

test('keeps a branch called __proto__ like any other', async () => {
  const output = await parallel({ ['__proto__']: () => 1 }).execute(null);
  expect(Object.entries(output)).toEqual([['__proto__', 1]]);
});

test('gives every branch a context of its own with shared state', async () => {
  const names: string[] = [];
  const branch = (_: null, { name, state }: WorkflowContext): void => {
    names.push(name);
    state.set(name, true);
  };
  const context = new WorkflowContext();
  await parallel({ left: branch, right: branch }).execute(null, context.child('fan-out'));
  expect(names).toEqual(['fan-out/left', 'fan-out/right']);
  expect([...context.state.keys()]).toEqual(names);
});

test('fail-fast throws the first error at once and aborts the siblings with it', async () => {
  const sibling = spied(deaf);
  const context = new WorkflowContext({ clock: manualClock() }); // a timer of this clock would never fire
  await expect(parallel([sibling.work, failing]).execute(null, context)).rejects.toBe(failure);
  expect(sibling.contexts[0]?.signal).toMatchObject({ aborted: true, reason: failure });
});

test('fail-fast waits for cancelled siblings no longer than to the deadline', async () => {
  const clock = manualClock();
  const context = new WorkflowContext({ clock, deadline: 50 });
  const answer = parallel([deaf, failing], { graceMs: 100 }).execute(null, context);
  answer.catch(() => {});
  await clock.advance(50);
  expect(clock.pendingTimers).toBe(0);
  await expect(answer).rejects.toBe(failure);
});

test('fail-fast waits for cancelled siblings within the grace, and not longer', async () => {
  const clock = manualClock();
  const { promise: cleanedUp, resolve: cleanUp } = Promise.withResolvers<void>();
  const settled = vi.fn();
  const answer = (sibling: () => Promise<unknown>): Promise<unknown> =>
    parallel([sibling, failing], { graceMs: 100 }).execute(null, new WorkflowContext({ clock }));

  void answer(() => cleanedUp).catch(settled);
  await clock.advance(99);
  expect(settled).not.toHaveBeenCalled();
  cleanUp();
  await nextTurn();
  expect(settled).toHaveBeenCalledWith(failure);
  expect(clock.pendingTimers).toBe(0);

  void answer(deaf).catch(settled);
  await clock.advance(99);
  expect(settled).toHaveBeenCalledTimes(1);
  await clock.advance(1);
  expect(settled).toHaveBeenCalledTimes(2);
});

test("the caller's abort ends the grace, and leaves no timer behind", async () => {
  const clock = manualClock();
  const controller = new AbortController();
  const context = new WorkflowContext({ clock, signal: controller.signal });
  const answer = parallel([deaf, failing], { graceMs: 60_000 }).execute(null, context);
  const rejection = expect(answer).rejects.toBe('the user left');
  await clock.advance(10);
  controller.abort('the user left');
  await rejection;
  await nextTurn();
  expect(clock.pendingTimers).toBe(0);
});

test('settle leaves the other branches alone when one fails', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<string>();
  const patient = spied(() => gate);
  const answer = parallel([failing, patient.work], { mode: 'settle' }).execute(null);
  await nextTurn();
  open('v');
  expect(await answer).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled', value: 'v' }]);
  expect(patient.contexts[0]?.signal.aborted).toBe(false);
});

test('settle tells what became of every branch', async () => {
  const settled = parallel([() => 1, failing], { mode: 'settle' });
  expect(await settled.execute(null)).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: failure },
  ]);
  expect(await parallel({ a: failing }, { mode: 'settle' }).execute(null)).toEqual({
    a: { status: 'rejected', reason: failure },
  });
});

test('any gives the first output, whatever failed before, and cancels the rest', async () => {
  const loser = spied(waiting);
  const first = parallel([failing, loser.work, async () => 'output'], { mode: 'any' });
  expect(await first.execute(null)).toBe('output');
  expect(loser.contexts[0]?.signal.reason).toMatchObject({ name: 'AbortError' });
});

test('any throws every error when all fail', async () => {
  await expect(parallel([failing, failing], { mode: 'any' }).execute(null)).rejects.toMatchObject({
    name: 'AggregateError',
    errors: [failure, failure],
  });
});

test('race gives the first outcome, output or failure, and cancels the rest', async () => {
  const losers = [spied(waiting), spied(waiting)] as const;
  expect(await parallel([losers[0].work, () => 'output'], { mode: 'race' }).execute(null)).toBe('output');
  await expect(parallel([losers[1].work, failing], { mode: 'race' }).execute(null)).rejects.toBe(failure);
  expect(losers.map(({ contexts }) => contexts[0]?.isAborted)).toEqual([true, true]);
  expect(losers[1].contexts[0]?.signal.reason).toBe(failure);
});

test.each(MODES)("answers the caller's abort at once even if the branches ignore it (%s)", async (mode) => {
  const controller = new AbortController();
  const context = new WorkflowContext({ signal: controller.signal });
  const answer = parallel([deaf, deaf, deaf], { mode, concurrency: 2 }).execute(null, context);
  controller.abort('the user left');
  await expect(answer).rejects.toBe('the user left');
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test.each(MODES)('leaves no listener on a long-lived signal, also of branches that never end (%s)', async (mode) => {
  const { signal } = new AbortController();
  const context = new WorkflowContext({ signal });
  const mixed = parallel(mode === 'settle' ? [() => 1, failing] : [() => 1, failing, deaf, waiting], { mode });
  for (let count = 0; count < 1_000; count += 1) await mixed.execute(null, context).catch(() => {});
  await nextTurn();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('runs no more branches at once than its concurrency, and all of them', async () => {
  let running = 0;
  let most = 0;
  const branch = async (n: number): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    await nextTurn();
    running -= 1;
    return n;
  };
  const branches = Array.from({ length: 10 }, () => branch);
  expect(await parallel(branches, { concurrency: 3 }).execute(1)).toEqual(Array(10).fill(1));
  expect(most).toBe(3);
});

test.each([
  ['fail-fast', failing],
  ['any', () => 'output'],
  ['race', () => 'output'],
  ['race', failing],
] as const)('starts no waiting branch once another has decided (%s)', async (mode, decisive) => {
  const late = vi.fn();
  await parallel([decisive, late], { mode, concurrency: 1 })
    .execute(null)
    .catch(() => {});
  await nextTurn();
  expect(late).not.toHaveBeenCalled();
});

test.each([
  ['answers', () => 'late output'],
  ['fails', failing],
])("does not abort the winner's stream when a loser %s after all", async (_, late) => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const winner = spied(async function* () {
    yield 1;
  });
  const stream = await parallel([() => promise, winner.work], { mode: 'race' }).execute(null);
  resolve(late());
  await nextTurn();
  expect(winner.contexts[0]?.isAborted).toBe(false);
  expect(await collect(stream as AsyncIterable<number>)).toEqual([1]);
});

test.each(['any', 'race'] as const)(
  "does not abort the winner's stream, and lets go of the caller when it ends (%s)",
  async (mode) => {
    const { signal } = new AbortController();
    const winner = spied(async function* () {
      yield 1;
      yield 2;
    });
    const first = parallel([winner.work, waiting], { mode });
    const stream = await first.execute(null, new WorkflowContext({ signal }));
    expect(getEventListeners(signal, 'abort')).not.toHaveLength(0);
    expect(await collect(stream)).toEqual([1, 2]);
    expect(winner.contexts[0]?.isAborted).toBe(false);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  },
);

test("the caller's abort still reaches a stream that was handed over", async () => {
  const controller = new AbortController();
  const branch = spied(async function* () {
    yield 1;
  });
  const [stream] = await parallel([branch.work]).execute(null, new WorkflowContext({ signal: controller.signal }));
  controller.abort('the user left');
  expect(branch.contexts[0]?.signal.reason).toBe('the user left');
  await stream.return();
});

test('shows cancelled siblings as cancelled and the failing branch as failed', async () => {
  using recording = recordingObserver();
  await parallel([failing, waiting], { graceMs: 10 })
    .execute(null)
    .catch(() => {});
  expect(recording.executions.map(({ kind, ending }) => `${kind} ${ending?.status}`)).toEqual([
    'parallel error',
    'step error',
    'step cancelled',
  ]);
});

test.each([
  [{ mode: 'all' }, RangeError, "parallel: mode must be 'fail-fast', 'settle', 'any', 'race', but it is \"all\""],
  [{ concurrency: 0 }, RangeError, 'parallel: concurrency must be a whole number at least 1 or Infinity, but it is 0'],
  [{ graceMs: Infinity }, RangeError, 'parallel: graceMs must be a number at least 0, but it is Infinity'],
  [{ graceMs: '5' }, TypeError, 'parallel: graceMs must be a number at least 0, but it is "5"'],
])('refuses the options %j', (options, type, message) => {
  expect(() => parallel([failing], options as never)).toThrow(new type(message));
});

test('refuses to have no branch, or a branch that is no step', () => {
  expect(() => parallel([])).toThrow(new TypeError('parallel: it must have at least one branch, but it has none'));
  expect(() => parallel({})).toThrow(TypeError);
  expect(() => parallel([null as never])).toThrow(TypeError);
  expect(() => parallel(null as never)).toThrow(/^parallel: branches must be an array or an object of steps, but/);
  expect(() => parallel(failing as never, failing as never)).toThrow(/^parallel: options must be an object, but/);
});
