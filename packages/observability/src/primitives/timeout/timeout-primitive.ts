import { type RunningStep, type Step, type WorkflowContext, WorkflowPrimitive } from 'tta-dev-primitives';
import { asOnlyWork, ParallelPrimitive } from 'tta-dev-primitives/internal';
import { TimedExecution } from './timed-execution.ts';
import { isTimeoutError } from './timeout-error.ts';
import {
  limitOf,
  settingsOf,
  type TimeoutLimit,
  type TimeoutOptions,
  type TimeoutSettings,
} from './timeout-options.ts';
import { TimeoutCounts, type TimeoutStats } from './timeout-stats.ts';
import { summariseTimeout } from './timeout-summary.ts';

summariseTimeout();

/**
 * Bounds a step in time: a soft deadline, then a grace period, then a hard stop.
 *
 * - At `timeoutMs` the step's signal aborts with a {@link TimeoutError}. The step can then stop, clean up, and return what it
 *   has.
 * - Until `timeoutMs + graceMs` an answer is still accepted, as a late success.
 * - Then the caller gets a {@link TimeoutError}, even if the step goes on. A late result is counted and dropped.
 *
 * Every execution has exactly one outcome: `success`, `late_success`, `error` (the step's own, passed on untouched), `timeout` or
 * `cancelled` (the caller left, or an outer timeout took over). A streaming output is handed over at once; with `stream` limits
 * its outcome is known when it has ended, and is `cancelled` when its reader leaves early.
 *
 * @example
 * ```ts
 * const answer = new TimeoutPrimitive(
 *   (question: string, { signal }) => client.chat.completions.create(requestFor(question), { signal }),
 *   { timeoutMs: 30_000, graceMs: 2_000, stream: { firstChunkMs: 10_000, idleMs: 5_000 }, operation: 'answer' },
 * );
 * await answer.execute('Why is the sky blue?'); // throws a TimeoutError after 32 s at the latest
 * answer.getStats().timeoutRate;
 * ```
 */
export class TimeoutPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'timeout';
  protected override readonly endsWithContext = true;
  /** The name in errors, facts and metrics. */
  readonly operation: string;
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #timeoutMs: TimeoutLimit<I>;
  readonly #fallback: TimeoutPrimitive<I, O> | undefined;
  readonly #settings: TimeoutSettings;
  readonly #counts = new TimeoutCounts();

  /** @throws TypeError or RangeError naming the option, its value and what is allowed */
  constructor(step: Step<I, O>, options: TimeoutOptions<I, O>) {
    const primitive = asOnlyWork(step);
    const settings = settingsOf(options, primitive.name);
    super(settings.operation);
    this.operation = settings.operation;
    this.#step = primitive;
    this.#timeoutMs = options.timeoutMs;
    this.#settings = settings;
    this.#fallback = boundedFallback(options, settings);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step, ...(this.#fallback?.parts ?? [])];
  }

  override get warnings(): readonly string[] {
    const { stream } = this.#settings;
    if (stream === undefined) return [];
    const advice = 'bound whole answers with timeoutMs, and give stream limits to a step that gives a stream';
    if (givesNoStream(this.#step))
      return [`${this.name} has stream limits, but ${this.#step.name} gives an array; ${advice}`];
    if (!this.#counts.areLimitsUnused) return [];
    return [`${this.name} has stream limits, but no answer of ${this.#step.name} was a stream so far; ${advice}`];
  }

  protected run(input: I, context: WorkflowContext, { note }: RunningStep): Promise<O> {
    note('timeout.operation', this.operation);
    const execution = this.#begin(input, context, note);
    const answer = execution.start(this.#step, input);
    return this.#fallback === undefined ? answer : this.#rescue(answer, execution, this.#fallback, input, context);
  }

  protected override refused(_context: WorkflowContext, { note }: RunningStep): void {
    note('timeout.operation', this.operation);
    note('timeout.outcome', 'cancelled');
    this.#counts.count('cancelled', 0);
  }

  /** What was counted since this primitive was made. */
  getStats(): TimeoutStats {
    return {
      operation: this.operation,
      ...this.#counts.read(),
      timeoutMs: typeof this.#timeoutMs === 'function' ? 'dynamic' : this.#timeoutMs || Infinity,
      graceMs: this.#settings.graceMs,
    };
  }

  override toString(): string {
    const { timeoutMs, graceMs, total, failures } = this.getStats();
    return `TimeoutPrimitive(${this.operation}: ${failures}/${total} timed out, timeoutMs=${timeoutMs}, graceMs=${graceMs})`;
  }

  #begin(input: I, context: WorkflowContext, note: RunningStep['note']): TimedExecution<O> {
    if (typeof this.#timeoutMs === 'number') context.clock.expectTimers?.(this.#timeoutMs);
    try {
      const limitMs = limitOf(this.#timeoutMs, input, context);
      return new TimedExecution(this.#settings, this.#counts, context, note, limitMs);
    } catch (error) {
      note('timeout.outcome', 'error');
      this.#counts.count('error', 0);
      throw error;
    }
  }

  async #rescue(
    answer: Promise<O>,
    execution: TimedExecution<O>,
    fallback: TimeoutPrimitive<I, O>,
    input: I,
    context: WorkflowContext,
  ): Promise<O> {
    try {
      return await answer;
    } catch (timeout) {
      if (execution.outcome !== 'timeout') throw timeout;
      try {
        return await fallback.execute(input, context);
      } catch (error) {
        const hasCallerLeft = context.isAborted && error === context.signal.reason && !isTimeoutError(error);
        if (hasCallerLeft) throw error;
        const message = `${this.operation}: it has timed out, and so its fallback ran, which has failed too`;
        throw new AggregateError([timeout, error], message, { cause: timeout });
      }
    }
  }
}

/** Parallel steps give all their outputs together. */
function givesNoStream(step: object): boolean {
  const mode = step instanceof ParallelPrimitive ? (step.options.mode ?? 'fail-fast') : undefined;
  return mode === 'fail-fast' || mode === 'settle';
}

/** The fallback has its own timeout, with its own name in the metrics. It cannot hang either. */
function boundedFallback<I, O>(
  { fallback, fallbackTimeoutMs, timeoutMs }: TimeoutOptions<I, O>,
  { operation, unref, stream }: TimeoutSettings,
): TimeoutPrimitive<I, O> | undefined {
  if (fallback === undefined) return undefined;
  return new TimeoutPrimitive(fallback, {
    ...{ stream, unref },
    timeoutMs: fallbackTimeoutMs ?? timeoutMs,
    graceMs: 0,
    operation: `${operation}.fallback`,
  });
}
