import { followOutput, type NoteFact, type WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import {
  delayBehindOwner,
  discardOutput,
  endOutputWith,
  flowOf,
  holdsOngoing,
  isOngoing,
  LazyController,
  type OutputEnd,
  requestOf,
  type StreamExpiry,
  type StreamLimit,
  type Timer,
} from 'tta-dev-primitives/internal';
import type { TimeoutOutcome, TimeoutPhase, UnusedStreamLimits } from './facts.ts';
import type { StreamLimits } from './stream-limits.ts';
import { isTimeoutError, TimeoutError } from './timeout-error.ts';
import { rememberTimeout } from './timeout-history.ts';
import type { TimeoutSettings } from './timeout-options.ts';
import type { TimeoutCounts } from './timeout-stats.ts';

/** A timeout answers its caller itself, and counts abandoned work until it has really ended. */
const AWAITING = { awaitsWork: true } as const;

/**
 * Where an execution stands. `cancelling`: its caller has left, and the step has one turn of the event loop to settle. `yielded`:
 * an outer timeout has passed its soft deadline and decides from now on. `abandoned`: the caller was answered, the step runs on.
 */
type Stage = 'running' | 'grace' | 'extra_turn' | 'cancelling' | 'yielded' | 'streaming' | 'abandoned' | 'settled';

/**
 * One execution under a timeout: the state machine from its start to its one outcome.
 *
 * Time runs from its construction. The outcome follows from the time that has passed and not from which callback ran first.
 * Neither the input nor the output is kept here, because abandoned work can hold on to this object without end.
 */
export class TimedExecution<O> {
  readonly #settings: TimeoutSettings;
  readonly #counts: TimeoutCounts;
  readonly #context: WorkflowContext;
  readonly #note: NoteFact;
  readonly #startedAt: number;
  /** The soft deadline and the hard stop, in milliseconds from the start, neither beyond the deadline of the context. */
  readonly #limitMs: number;
  readonly #stopMs: number;
  readonly #remainingMs: number;
  readonly #controller = new LazyController(AWAITING);
  readonly #answer: PromiseWithResolvers<O> = Promise.withResolvers<O>();
  #stage: Stage = 'running';
  #outcome: TimeoutOutcome | undefined;
  #timer: Timer | undefined;
  #unlink: (() => void) | undefined;
  #softError: TimeoutError | undefined;

  constructor(
    settings: TimeoutSettings,
    counts: TimeoutCounts,
    context: WorkflowContext,
    note: NoteFact,
    timeoutMs: number,
  ) {
    this.#settings = settings;
    this.#counts = counts;
    this.#context = context;
    this.#note = note;
    this.#startedAt = context.clock.now();
    this.#remainingMs = context.deadline === Infinity ? Infinity : Math.max(0, context.deadline - this.#startedAt);
    this.#limitMs = Math.min(timeoutMs, this.#remainingMs);
    this.#stopMs = Math.min(timeoutMs + settings.graceMs, this.#remainingMs);
    this.#arm(this.#limitMs, 0, () => this.#passSoftDeadline());
    if (this.#limitMs !== Infinity) note('timeout.limitMs', this.#limitMs);
    note('timeout.graceMs', settings.graceMs);
  }

  /** What became of it; undefined while that is open. */
  get outcome(): TimeoutOutcome | undefined {
    return this.#outcome;
  }

  /** Runs the step; called once. */
  start<I>(step: WorkflowPrimitive<I, O>, input: I): Promise<O> {
    if (this.#context.isAbortable) this.#unlink = this.#context.onAbort((reason) => this.#leave(reason));
    this.#follow(step.execute(input, this.#childContext()));
    return this.#answer.promise;
  }

  /** With `notify` the step can work until the hard stop. Its work is due then. */
  #childContext(): WorkflowContext {
    const dueMs = this.#settings.softAction === 'abort' ? this.#limitMs : this.#stopMs;
    return this.#context.child(this.#settings.operation, {
      abortSource: this.#controller,
      deadline: this.#startedAt + dueMs,
    });
  }

  #follow(work: Promise<O>): void {
    work.then(
      (output) => this.#resolved(output),
      (error: unknown) => this.#rejected(error),
    );
  }

  #arm(instantMs: number, elapsedMs: number, callback: () => void): void {
    if (instantMs === Infinity) return;
    const restMs = instantMs - elapsedMs;
    const isOthers = instantMs === this.#remainingMs;
    const delayMs = isOthers ? delayBehindOwner(this.#context, restMs) : restMs;
    this.#timer = this.#context.clock.setTimer(callback, delayMs);
    if (this.#settings.unref) this.#timer.unref?.();
  }

  #passSoftDeadline(): void {
    const elapsedMs = this.#elapsedMs();
    const lagMs = this.#lagMs(elapsedMs, this.#limitMs);
    this.#note('timeout.phase', 'soft');
    this.#note('timeout.lagMs', lagMs);
    this.#stage = 'grace';
    this.#softError = this.#error('soft', elapsedMs, lagMs);
    if (this.#settings.softAction === 'abort') this.#controller.abort(this.#softError);
    if (!this.#isIn('grace')) return; // a listener of the signal has made the caller leave
    if (elapsedMs >= this.#stopMs) this.#giveExtraTurn();
    else this.#arm(this.#stopMs, elapsedMs, () => this.#giveExtraTurn());
  }

  /** An answer that came while the event loop was blocked is delivered in the turn that follows. */
  #giveExtraTurn(): void {
    this.#stage = 'extra_turn';
    setImmediate(() => this.#passHardStop());
  }

  #passHardStop(): void {
    if (this.#stage !== 'extra_turn') return;
    const elapsedMs = this.#elapsedMs();
    const error = this.#error('hard', elapsedMs, this.#lagMs(elapsedMs, this.#stopMs), this.#softError);
    this.#note('timeout.phase', 'hard');
    this.#timeOut(error);
    this.#abandon();
    this.#controller.abort(error);
    this.#answer.reject(error);
  }

  /** The context was aborted: by an outer timeout that still waits for a late answer, or by a caller who does not. */
  #leave(reason: unknown): void {
    if (this.#stage === 'streaming') {
      this.#controller.abort(reason);
    } else if (isTimeoutError(reason) && reason.phase === 'soft') {
      this.#end('cancelled');
      this.#stage = 'yielded';
      this.#controller.abort(reason);
    } else {
      this.#stage = 'cancelling';
      this.#timer?.cancel();
      this.#controller.abort(reason);
      setImmediate(() => this.#forgetWork(reason));
    }
  }

  #forgetWork(reason: unknown): void {
    if (this.#stage !== 'cancelling') return;
    this.#end('cancelled');
    this.#abandon();
    this.#answer.reject(reason);
  }

  #resolved(output: O): void {
    if (this.#isUnwanted('resolved')) this.#drop(output);
    else if (this.#stage === 'yielded') this.#answer.resolve(output);
    else this.#accept(output);
  }

  #accept(output: O): void {
    const elapsedMs = this.#elapsedMs();
    const answer = elapsedMs <= this.#limitMs ? 'success' : 'late_success';
    if (this.#mayEndOutput && holdsOngoing(output)) {
      this.#answer.resolve(this.#handOver(output, answer));
    } else {
      this.#stateUnused('not_a_stream');
      this.#end(answer, elapsedMs);
      this.#answer.resolve(output);
    }
  }

  /** Whether anything here can end a stream after it was handed over: the caller, or limits of the stream. */
  get #mayEndOutput(): boolean {
    return this.#context.isAbortable || this.#settings.stream !== undefined;
  }

  #stateUnused(why: UnusedStreamLimits): void {
    if (this.#settings.stream === undefined) return;
    this.#note('timeout.streamLimits', why);
    this.#counts.countLimits(false);
  }

  #rejected(error: unknown): void {
    if (this.#isUnwanted('rejected')) return;
    if (this.#stage === 'yielded') this.#answer.reject(error);
    else if (this.#softError !== undefined && this.#settings.softAction === 'abort') {
      this.#stopAtSoftDeadline(error, this.#softError);
    } else {
      this.#end('error');
      this.#answer.reject(error);
    }
  }

  /** The step has given up because its signal was aborted: whatever it says, that is why. */
  #stopAtSoftDeadline(error: unknown, softError: TimeoutError): void {
    const reported = error === softError ? softError : this.#error('soft', this.#elapsedMs(), softError.lagMs, error);
    this.#timeOut(reported);
    this.#answer.reject(reported);
  }

  /** True if no caller waits for the result: the caller has left or already has an answer. */
  #isUnwanted(result: 'resolved' | 'rejected'): boolean {
    if (this.#stage === 'cancelling') {
      this.#end('cancelled');
      this.#answer.reject(this.#context.signal.reason);
      return true;
    }
    if (this.#stage !== 'abandoned') return false;
    this.#stage = 'settled';
    this.#counts.settleAbandoned();
    this.#note('timeout.abandoned', -1);
    this.#note('timeout.discarded', result);
    return true;
  }

  /**
   * A stream goes on after it was handed over, so the caller's signal must still reach the step; so do streams that an array or a record
   * holds. The outcome is known now or, for a stream with limits, when it has ended.
   */
  #handOver(output: O & object, answer: TimeoutOutcome): O {
    const flow = isOngoing(output) ? flowOf(output)?.flow : undefined;
    const limits = flow === undefined ? undefined : this.#settings.stream;
    if (flow === undefined) this.#stateUnused(isOngoing(output) ? 'locked' : 'not_a_stream');
    const unlink = this.#unlink;
    this.#unlink = undefined;
    if (limits === undefined) this.#end(answer);
    this.#timer?.cancel();
    this.#stage = 'streaming';
    const { abortSource } = this.#context;
    const given = followOutput(abortSource === undefined ? output : endOutputWith(output, abortSource), {
      onEnd: (end) => {
        unlink?.();
        this.#stage = 'settled';
        if (this.#outcome === undefined) this.#end(this.#outcomeOf(end, answer));
      },
    });
    if (limits !== undefined) {
      const { idleMs } = limits;
      if (idleMs !== undefined && requestOf(this.#context) !== undefined) this.#note('timeout.idleMs', idleMs);
      this.#counts.countLimits(true);
      flow?.limit(this.#limitOf(limits));
    }
    return given;
  }

  #limitOf(limits: StreamLimits): StreamLimit {
    const { unref } = this.#settings;
    return {
      ...limits,
      owner: 'TimeoutPrimitive',
      clock: this.#context.clock,
      startedAt: this.#startedAt,
      unref,
      onExpiry: (expiry) => this.#expireStream(expiry),
      onStop: (error) => this.#controller.abort(error),
    };
  }

  #expireStream({ phase, limitMs, chunks, lagMs }: StreamExpiry): TimeoutError {
    const error = this.#error(phase, this.#elapsedMs(), lagMs, undefined, limitMs, chunks);
    this.#note('timeout.phase', phase);
    this.#note('timeout.lagMs', lagMs);
    this.#timeOut(error);
    return error;
  }

  #outcomeOf(end: OutputEnd, answer: TimeoutOutcome): TimeoutOutcome {
    if (end.kind === 'complete') return answer;
    return end.kind === 'left' || this.#context.isAborted ? 'cancelled' : 'error';
  }

  #timeOut(error: TimeoutError): void {
    this.#end('timeout');
    if (this.#settings.trackTimeouts) rememberTimeout(this.#context, error);
  }

  /** Counts the one outcome; nothing but a stream or abandoned work goes on after it. */
  #end(outcome: TimeoutOutcome, elapsedMs: number = this.#elapsedMs()): void {
    this.#stage = 'settled';
    this.#outcome = outcome;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#unlink?.();
    this.#unlink = undefined;
    this.#counts.count(outcome, elapsedMs);
    this.#note('timeout.outcome', outcome);
  }

  #abandon(): void {
    this.#stage = 'abandoned';
    this.#counts.abandon();
    this.#note('timeout.abandoned', 1);
  }

  /** A stream that arrives too late is closed, because it will not be read. */
  #drop(output: O): void {
    discardOutput(output, this.#controller.reason);
  }

  #isIn(stage: Stage): boolean {
    return this.#stage === stage;
  }

  #elapsedMs(): number {
    return Math.max(0, this.#context.clock.now() - this.#startedAt);
  }

  #lagMs(elapsedMs: number, instantMs: number): number {
    return Math.max(0, elapsedMs - instantMs);
  }

  #error(
    phase: TimeoutPhase,
    elapsedMs: number,
    lagMs: number,
    cause?: unknown,
    timeoutMs: number = this.#limitMs,
    chunks?: number,
  ): TimeoutError {
    const { operation, graceMs } = this.#settings;
    const { attempt } = this.#context;
    return new TimeoutError({ operation, timeoutMs, graceMs, elapsedMs, lagMs, phase, chunks, attempt, cause });
  }
}
