import fc from 'fast-check';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { watch } from './__fixtures__/clocked.ts';
import type { TimeoutOutcome } from './facts.ts';
import { TimeoutPrimitive } from './timeout-primitive.ts';

const T = 50;
const G = 30;

/** What the step does, what its caller does, and when. */
interface Plan {
  readonly ends: 'resolves' | 'rejects';
  readonly endsAt: number;
  /** Whether the step rejects with the reason when its signal is aborted. */
  readonly isObedient: boolean;
  readonly softAction: 'abort' | 'notify';
  /** Infinity for a caller who waits. */
  readonly leavesAt: number;
}

// Instants of step and caller never meet, nor do they meet a limit: an order that is open is a case of its own.
const plans = fc.record<Plan>({
  ends: fc.constantFrom('resolves', 'rejects'),
  endsAt: fc.integer({ min: 0, max: 60 }).map((step) => 2 * step + 0.5),
  isObedient: fc.boolean(),
  softAction: fc.constantFrom('abort', 'notify'),
  leavesAt: fc.oneof(
    fc.constant(Infinity),
    fc.integer({ min: 0, max: 60 }).map((step) => 2 * step + 1.5),
  ),
});

/** The rules of the state machine, without a machine. */
function expectedOutcome({ ends, endsAt, isObedient, softAction, leavesAt }: Plan): TimeoutOutcome {
  const abortsAt = softAction === 'abort' ? T : T + G;
  const settlesAt = Math.min(endsAt, isObedient ? Math.min(abortsAt, leavesAt) : Infinity, T + G);
  if (leavesAt <= settlesAt) return 'cancelled';
  if (endsAt !== settlesAt) return 'timeout';
  if (ends === 'rejects') return endsAt > abortsAt ? 'timeout' : 'error';
  return endsAt > T ? 'late_success' : 'success';
}

const REASON = new Error('the caller has left');
const FAILURE = new Error('the step has failed');

class Run {
  readonly clock = manualClock();
  readonly counts = { resolved: 0, listeners: 0 };
  readonly timeouts = {
    abort: new TimeoutPrimitive((plan: Plan, context) => this.#work(plan, context), { timeoutMs: T, graceMs: G }),
    notify: new TimeoutPrimitive((plan: Plan, context) => this.#work(plan, context), {
      ...{ timeoutMs: T, graceMs: G, softAction: 'notify' },
    }),
  };

  start(plan: Plan): () => boolean {
    const caller = new AbortController();
    const context = new WorkflowContext({ clock: this.clock, signal: this.#counting(caller.signal) });
    if (plan.leavesAt !== Infinity) this.clock.setTimer(() => caller.abort(REASON), plan.leavesAt);
    const answer = this.timeouts[plan.softAction].execute(plan, context);
    const watched = watch(answer);
    answer.then(
      () => {
        this.counts.resolved += 1;
      },
      () => {},
    );
    return () => watched.settled !== undefined;
  }

  #work({ ends, endsAt, isObedient }: Plan, context: WorkflowContext): Promise<string> {
    return new Promise((resolve, reject) => {
      this.clock.setTimer(() => (ends === 'resolves' ? resolve('v') : reject(FAILURE)), endsAt);
      if (isObedient) context.onAbort(reject);
    });
  }

  #counting(signal: AbortSignal): AbortSignal {
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>): void => {
      this.counts.listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>): void => {
      this.counts.listeners -= 1;
      remove(...given);
    };
    return signal;
  }
}

describe('any interleaving', () => {
  it('C35 counts every execution once, answers it as the rules say, and leaves nothing behind', async () => {
    let interleavings = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(plans, { minLength: 20, maxLength: 40 }), async (given) => {
        using recording = recordingObserver();
        interleavings += given.length;
        const run = new Run();
        const areSettled = given.map((plan) => run.start(plan));
        await run.clock.advance(200);

        const expected = given.map(expectedOutcome);
        const outcomes = recording.executions
          .filter(({ kind }) => kind === 'timeout')
          .map(({ facts }) => facts.filter(({ name }) => name === 'timeout.outcome').map(({ value }) => value));
        expect(outcomes).toEqual(expected.map((outcome) => [outcome]));
        expect(areSettled.every((isSettled) => isSettled())).toBe(true);

        const stats = Object.values(run.timeouts).map((timeout) => timeout.getStats());
        const sum = (key: 'total' | 'successes' | 'errors' | 'failures' | 'cancelled' | 'abandoned'): number =>
          stats.reduce((total, counted) => total + counted[key], 0);
        expect(sum('total')).toBe(given.length);
        expect(sum('successes') + sum('errors') + sum('failures') + sum('cancelled')).toBe(given.length);
        expect(sum('successes')).toBe(run.counts.resolved);
        expect(sum('abandoned')).toBe(0);
        expect(run.clock.pendingTimers).toBe(0);
        expect(run.counts.listeners).toBe(0);
      }),
      { numRuns: 60 },
    );
    expect(interleavings).toBeGreaterThan(1_000);
  });
});

describe('the signal of a timed step', () => {
  const answerAfter = (clock: ReturnType<typeof manualClock>, delayMs: number): Promise<string> =>
    new Promise((resolve) => clock.setTimer(() => resolve('v'), delayMs));

  it('is not made for a step that never reads it, whether it is in time, late or left alone', async () => {
    const make = vi.spyOn(globalThis, 'AbortController');
    const clock = manualClock();
    const timeout = new TimeoutPrimitive((delayMs: number) => answerAfter(clock, delayMs), {
      timeoutMs: T,
      graceMs: G,
    });
    const context = new WorkflowContext({ clock });
    const answers = [T, T + G, Infinity].map((delayMs) => timeout.execute(delayMs, context));
    const settled = Promise.allSettled(answers);
    await clock.advance(T + G);
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(make).not.toHaveBeenCalled();
    make.mockRestore();
  });

  it('is aborted with the timeout for a step that reads it too late', async () => {
    const clock = manualClock();
    const timeout = new TimeoutPrimitive(
      async (_: number, context) => {
        await answerAfter(clock, T + 1);
        return { isAborted: context.signal.aborted, reason: context.signal.reason };
      },
      { timeoutMs: T, graceMs: G },
    );
    const answer = timeout.execute(0, new WorkflowContext({ clock }));
    await clock.advance(T + 1);
    expect(await answer).toMatchObject({ isAborted: true, reason: { name: 'TimeoutError', phase: 'soft' } });
  });
});
