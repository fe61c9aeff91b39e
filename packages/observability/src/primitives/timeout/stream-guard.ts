import { type Clock, checkedVerdict, type OutputEnd, type Timer } from 'tta-dev-primitives';
import type { TimeoutPhase } from './facts.ts';
import type { StreamLimits } from './stream-limits.ts';

/** A limit of a stream that has passed. */
export interface StreamExpiry {
  readonly phase: Extract<TimeoutPhase, 'first-chunk' | 'idle' | 'total'>;
  readonly limitMs: number;
  /** How many chunks the reader had got. */
  readonly chunks: number;
  readonly lagMs: number;
}

/** What a guard needs from the execution whose output it guards. */
export interface GuardedExecution {
  readonly limits: StreamLimits;
  readonly clock: Clock;
  /** When the execution began, in `clock.now()` milliseconds. */
  readonly startedAt: number;
  /** Whether a chunk that is ready gets one more turn of the event loop before the wait for it has failed. */
  readonly lagMercy: boolean;
  readonly unref: boolean;
  /** Makes the error for a limit that has passed. */
  readonly onExpiry: (expiry: StreamExpiry) => unknown;
  /** Stops the work behind the stream; called once, before the source is closed and the reader told. */
  readonly onStop: (error: unknown) => void;
  /** Called with every end that is seen, also with one that is known already. */
  readonly onEnd: (end: OutputEnd) => void;
}

type Refuse = (error: unknown) => void;
type Close = (reason: unknown) => void;

/**
 * Holds the source of a stream to its limits.
 *
 * `firstChunkMs` and `idleMs` run only while the reader waits for the source; `totalMs` always runs. When a limit passes, the
 * reader is answered with the error at once, and again on every later read, whatever the source does: a stream that was cut
 * never looks like one that has ended.
 */
export class StreamGuard {
  readonly #execution: GuardedExecution;
  readonly #refusals = new Set<Refuse>();
  readonly #sources = new Set<Close>();
  readonly #totalTimer: Timer | undefined;
  #waitTimer: Timer | undefined;
  #waitingSince = 0;
  /** How long the reader has waited since the source last got on. */
  #waitedMs = 0;
  #chunks = 0;
  #hasProgressed = false;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(execution: GuardedExecution) {
    this.#execution = execution;
    const { limits, clock, startedAt } = execution;
    const { totalMs } = limits;
    if (totalMs === undefined) return;
    const restMs = Math.max(0, totalMs - (clock.now() - startedAt));
    this.#totalTimer = this.#timer(() => this.#expire('total', totalMs, clock.now() - startedAt), restMs);
  }

  /** Tells the guard of a source, so that it can close it without waiting for it. Returns how to forget it. */
  addSource(close: Close): () => void {
    if (this.#failure === undefined) this.#sources.add(close);
    else close(this.#failure.error);
    return () => this.#sources.delete(close);
  }

  /** Reads from the source, for as long as the limits allow. */
  read<Result>(pull: () => Result | PromiseLike<Result>): Promise<Result> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#wait(reject);
    started(pull).then(
      (result) => {
        if (this.#arrived(reject, result)) resolve(result);
      },
      (error: unknown) => {
        if (this.#failure === undefined) this.end({ kind: 'failed', error });
        this.#answered(reject);
        reject(error);
      },
    );
    return promise;
  }

  /** Ends the stream with an error: stops the work, closes the source without waiting for it, and tells the reader. */
  stop(error: unknown): void {
    if (this.#isOver) return;
    this.#failure = { error };
    this.release();
    this.#execution.onStop(error);
    for (const close of this.#sources) close(error);
    for (const refuse of this.#refusals) refuse(error);
    this.#sources.clear();
    this.#refusals.clear();
  }

  /** The stream has ended without the guard's doing. */
  end(end: OutputEnd): void {
    this.release();
    this.#execution.onEnd(end);
  }

  /** Forgets the limits; for a stream that has ended. */
  release(): void {
    this.#isOver = true;
    this.#disarm();
    this.#totalTimer?.cancel();
  }

  #wait(refuse: Refuse): void {
    this.#refusals.add(refuse);
    if (this.#refusals.size === 1) this.#arm();
  }

  #answered(refuse: Refuse): void {
    this.#refusals.delete(refuse);
    if (this.#refusals.size === 0) this.#disarm();
  }

  /** Whether the reader may have the result. */
  #arrived(refuse: Refuse, result: unknown): boolean {
    if (!this.#refusals.has(refuse)) return false;
    if (isLast(result)) {
      this.end({ kind: 'complete' });
    } else if (!this.#isOver) {
      try {
        this.#judge(result);
      } catch (error) {
        this.stop(error);
        return false;
      }
    }
    this.#answered(refuse);
    return true;
  }

  #isProgress(chunk: unknown): boolean {
    const { isProgress } = this.#execution.limits;
    return isProgress === undefined || checkedVerdict('TimeoutPrimitive', 'stream.isProgress', isProgress(chunk));
  }

  #judge(result: unknown): void {
    const { clock } = this.#execution;
    this.#chunks += 1;
    if (this.#isProgress((result as { readonly value?: unknown }).value)) {
      this.#waitedMs = 0;
      this.#hasProgressed = true;
    } else {
      this.#waitedMs += clock.now() - this.#waitingSince;
    }
    this.#arm();
  }

  #arm(): void {
    this.#disarm();
    if (this.#isOver) return;
    const { limits, clock } = this.#execution;
    const isFirst = !this.#hasProgressed && limits.firstChunkMs !== undefined;
    const phase = isFirst ? 'first-chunk' : 'idle';
    const limitMs = isFirst ? limits.firstChunkMs : limits.idleMs;
    if (limitMs === undefined) return;
    this.#waitingSince = clock.now();
    const timer = this.#timer(
      () => {
        const waitedMs = this.#waitedMs + clock.now() - this.#waitingSince;
        this.#afterMercy(timer, () => this.#expire(phase, limitMs, waitedMs));
      },
      Math.max(0, limitMs - this.#waitedMs),
    );
    this.#waitTimer = timer;
  }

  /** A chunk that came while the event loop was blocked is read in the turn that follows, and another timer is armed then. */
  #afterMercy(timer: Timer, expire: () => void): void {
    const expireUnlessAnswered = (): void => {
      if (this.#waitTimer === timer) expire();
    };
    if (this.#execution.lagMercy) setImmediate(expireUnlessAnswered);
    else expireUnlessAnswered();
  }

  #disarm(): void {
    this.#waitTimer?.cancel();
    this.#waitTimer = undefined;
  }

  #timer(callback: () => void, delayMs: number): Timer {
    const timer = this.#execution.clock.setTimer(callback, delayMs);
    if (this.#execution.unref) timer.unref?.();
    return timer;
  }

  #expire(phase: StreamExpiry['phase'], limitMs: number, passedMs: number): void {
    if (this.#isOver) return;
    const lagMs = Math.max(0, passedMs - limitMs);
    this.stop(this.#execution.onExpiry({ phase, limitMs, chunks: this.#chunks, lagMs }));
  }
}

/** A source may answer, throw or reject: all three as a promise. */
async function started<Result>(pull: () => Result | PromiseLike<Result>): Promise<Result> {
  return pull();
}

function isLast(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'done' in result && result.done === true;
}
