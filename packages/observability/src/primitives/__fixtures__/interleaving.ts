import { CircuitBreakerPrimitive, constantBackoff, RetryPrimitive, step, WorkflowContext } from 'tta-dev-primitives';
import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';
import { isTimeoutError, TimeoutPrimitive } from '../index.ts';

/** What one attempt of the step does, after a while. */
export interface Attempt {
  readonly does: 'resolves' | 'fails' | 'is refused' | 'streams' | 'fails on the spot';
  readonly afterMs: number;
  /** Whether it stops when its signal aborts. */
  readonly isObedient: boolean;
  /** The wait before each chunk, when it streams; a long one is a stall. */
  readonly gapsMs: readonly number[];
  readonly breaksOff: boolean;
}

/** One call: when it comes, what its attempts do, when its caller leaves, and how a stream is read. */
export interface Plan {
  readonly startsAt: number;
  readonly attempts: readonly Attempt[];
  readonly leavesAt: number;
  readonly readMs: number;
  /** After how many chunks the reader breaks off. */
  readonly reads: number;
}

/** How the primitives are put together. */
export interface Shape {
  readonly softAction: 'abort' | 'notify';
  /** Whether there is a timeout around each attempt, too, as there should be where steps may ignore their signal. */
  readonly isEachAttemptBounded: boolean;
}

/** What the caller saw of a call, to the end of a stream. */
export type Seen = 'answered' | 'timeout' | 'cancelled' | 'error';

/** How long a stream may take as a whole. */
const TOTAL_MS = 250;

const DOWN = Object.assign(new Error('down'), { status: 503 });
const REFUSED = Object.assign(new Error('refused'), { status: 400 });

/** A timeout around a retry around a circuit breaker, as one composes them, and what many callers at once see of it. */
export class Composition {
  readonly clock: ManualClock = manualClock();
  readonly seen: Seen[] = [];
  /** How often the step was run. */
  executions = 0;
  /** The signals of the callers, and those that the step was given. */
  readonly signals = new Set<AbortSignal>();
  readonly breaker: CircuitBreakerPrimitive<Plan, unknown>;
  readonly timeout: TimeoutPrimitive<Plan, unknown>;
  /** The one around each attempt. */
  readonly inner: TimeoutPrimitive<Plan, unknown>;

  constructor({ softAction, isEachAttemptBounded }: Shape) {
    const work = step('work', (plan: Plan, context) => this.#work(plan, context));
    this.inner = new TimeoutPrimitive(work, { timeoutMs: 40, graceMs: 20, operation: 'attempt' });
    this.breaker = new CircuitBreakerPrimitive(isEachAttemptBounded ? this.inner : work, {
      failureThreshold: 6,
      recoveryMs: 60,
      clock: this.clock,
    });
    const retry = new RetryPrimitive(this.breaker, { backoff: constantBackoff(10) });
    const stream = { firstChunkMs: 60, idleMs: 40, totalMs: TOTAL_MS };
    this.timeout = new TimeoutPrimitive(retry, { timeoutMs: 100, graceMs: 50, softAction, stream, operation: 'all' });
  }

  /** Starts the call at its time, and follows what its caller sees. */
  async call(plan: Plan): Promise<void> {
    await this.#wait(plan.startsAt);
    const caller = new AbortController();
    this.signals.add(caller.signal);
    if (plan.leavesAt === 0) caller.abort(new Error('left'));
    else if (plan.leavesAt < Infinity) this.clock.setTimer(() => caller.abort(new Error('left')), plan.leavesAt);
    this.seen.push(await this.#see(plan, caller.signal));
  }

  async #see(plan: Plan, signal: AbortSignal): Promise<Seen> {
    const startedAt = this.clock.now();
    try {
      const output = await this.timeout.execute(plan, new WorkflowContext({ clock: this.clock, signal }));
      if (output === 'v') return 'answered';
      let chunks = 0;
      for await (const _ of output as AsyncIterable<number>) {
        await this.#wait(plan.readMs);
        chunks += 1;
        if (chunks !== plan.reads) continue;
        const wasCutOff = this.clock.now() - startedAt > TOTAL_MS && plan.leavesAt > TOTAL_MS; // while it was reading
        return wasCutOff ? 'timeout' : 'cancelled';
      }
      return 'answered';
    } catch (error) {
      if (isTimeoutError(error) && error.operation === 'all') return 'timeout';
      return signal.aborted && error === signal.reason ? 'cancelled' : 'error';
    }
  }

  async #work({ attempts: planned }: Plan, { signal, attempt: number }: WorkflowContext): Promise<unknown> {
    this.executions += 1;
    this.signals.add(signal);
    const attempt = planned[number - 1];
    if (attempt === undefined) throw new Error(`attempt ${number} was not planned`);
    if (attempt.does === 'fails on the spot') throw DOWN;
    await this.#wait(attempt.afterMs, attempt.isObedient ? signal : undefined);
    if (attempt.does === 'fails') throw DOWN;
    if (attempt.does === 'is refused') throw REFUSED;
    return attempt.does === 'streams' ? this.#stream(attempt, signal) : 'v';
  }

  async *#stream({ gapsMs, isObedient, breaksOff }: Attempt, signal: AbortSignal): AsyncGenerator<number> {
    for (const [index, gapMs] of gapsMs.entries()) {
      await this.#wait(gapMs, isObedient ? signal : undefined);
      yield index;
    }
    if (breaksOff) throw DOWN;
  }

  /** @throws the reason of the signal, when one is given and it aborts meanwhile */
  #wait(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (delayMs === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        timer.cancel();
        reject(signal?.reason);
      };
      const timer = this.clock.setTimer(() => {
        signal?.removeEventListener('abort', leave);
        resolve();
      }, delayMs);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
