import { sleep, untilAborted } from '../../cancellation.ts';
import type { WorkflowContext } from '../../context.ts';
import { isRetryable, retryAdvice } from '../../failure/failure-of.ts';
import type { RetryAdvice } from '../../failure/retry-after.ts';
import {
  booleanOption,
  functionOption,
  methodsOption,
  type NamesWithFallback,
  numberOption,
  type OptionRules,
  readOptions,
  textOption,
  type WithFallbacks,
} from '../../option-rules.ts';
import { checkedVerdict, checkNumber } from '../../options.ts';
import { firstChunkOf } from '../../output/first-chunk.ts';
import { isOngoing } from '../../output/kinds.ts';
import { asPrimitive, type RunningStep, type Step, WorkflowPrimitive } from '../../primitive.ts';
import { hearRejection } from '../../rejection.ts';
import { OutcomeCounts, type OutcomeStats } from '../outcome-counts.ts';
import { type Backoff, exponentialBackoff } from './backoff.ts';
import type { RetryBudget } from './retry-budget.ts';

/**
 * How a retry ended: at the first try, at a later one, or why there was no further attempt; `error` is a `retryIf` or a `backoff`
 * that failed itself.
 */
export type RetryOutcome =
  | 'success'
  | 'recovered'
  | 'exhausted'
  | 'not_retryable'
  | 'out_of_time'
  | 'out_of_budget'
  | 'cancelled'
  | 'error';

export interface RetryStats extends OutcomeStats<RetryOutcome> {
  /** Attempts of the executions that have ended, the first of each included. */
  readonly attempts: number;
}

const NO_OUTCOMES = {
  success: 0,
  recovered: 0,
  exhausted: 0,
  not_retryable: 0,
  out_of_time: 0,
  out_of_budget: 0,
  cancelled: 0,
  error: 0,
} as const;

const OWNER = 'RetryPrimitive';

declare module '../../facts.ts' {
  interface Facts {
    /** Stated first, because every metric of a retry is told apart by it. */
    'retry.operation': string;
    'retry.outcome': RetryOutcome;
    /** How many attempts were started; stated with the outcome. */
    'retry.attempts': number;
    /** The error of one attempt, stated as it fails. */
    'retry.error': { readonly attempt: number; readonly error: unknown };
    /** How long the wait before the next attempt is, in milliseconds. */
    'retry.delayMs': number;
  }
}

export interface RetryOptions {
  /** Attempts in all, the first included. @defaultValue 3 */
  readonly maxAttempts?: number | undefined;
  /**
   * How long to wait before the next attempt. Anything but a number of at least 0 is thrown as a `TypeError` or `RangeError`.
   * @defaultValue exponentialBackoff(): 500 ms, doubling, full jitter
   */
  readonly backoff?: Backoff | undefined;
  /** The longest wait, in milliseconds. If a server asks for a longer one, the retry gives up. @defaultValue 60_000 */
  readonly maxDelayMs?: number | undefined;
  /** No attempt starts later than this after the first attempt, in milliseconds. @defaultValue Infinity */
  readonly maxElapsedMs?: number | undefined;
  /**
   * Whether a failure is worth another attempt. An error that it throws is passed on; it must not return a promise.
   * @defaultValue isRetryable
   */
  readonly retryIf?: ((error: unknown, attempt: number) => boolean) | undefined;
  /**
   * Follows `Retry-After`, `Retry-After-Ms`, `x-should-retry` and `RetryInfo` of the error's response; a `retryIf` of your own can still
   * refuse what the server allows. @defaultValue true
   */
  readonly respectRetryAfter?: boolean | undefined;
  /** Limits the retries of all primitives that share this budget. @defaultValue none */
  readonly budget?: RetryBudget | undefined;
  /** Rejects with an `AggregateError` of every attempt's error, the last as cause, instead of the last. @defaultValue false */
  readonly aggregate?: boolean | undefined;
  /**
   * Whether to wait for the first chunk of a stream, and to try again if the stream fails before that. Set it to false
   * if the stream must be handed over at once. @defaultValue true
   */
  readonly awaitFirstChunk?: boolean | undefined;
  /** Names it in metrics. @defaultValue the step's name */
  readonly operation?: string | undefined;
  /** The source of randomness for jitter. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/**
 * Retries a step that fails temporarily.
 *
 * It never waits past the context's deadline, never starts an attempt after a cancellation, and rejects at once when
 * cancelled, even if an attempt ignores its signal. Every attempt sees its number as `context.attempt`. A stream is
 * handed over after its first chunk. It is not tried again after that, because its reader has seen a part of it. Put a
 * timeout around the retry for a total limit, and inside it for a limit per attempt.
 *
 * @throws the last attempt's error itself; the context's abort reason itself when cancelled
 * @example
 * ```ts
 * const patient = new RetryPrimitive(callModel, { maxAttempts: 4, backoff: exponentialBackoff({ initialMs: 250 }) });
 * ```
 */
export class RetryPrimitive<I, O> extends WorkflowPrimitive<I, O> {
  override readonly kind = 'retry';
  protected override readonly endsWithContext = true;
  readonly #step: WorkflowPrimitive<I, O>;
  readonly #options: Settings;
  readonly #counts: OutcomeCounts<RetryOutcome>;
  #attempts = 0;

  constructor(work: Step<I, O>, options: RetryOptions = {}) {
    const inner = asPrimitive(work);
    super(`retry(${inner.name})`);
    this.#step = inner;
    this.#options = settingsOf(options, inner.name);
    this.#counts = new OutcomeCounts(this.#options.operation, NO_OUTCOMES);
  }

  override get parts(): readonly WorkflowPrimitive<never, unknown>[] {
    return [this.#step];
  }

  protected async run(input: I, context: WorkflowContext, running: RunningStep): Promise<O> {
    const { operation, budget, aggregate, awaitFirstChunk, maxElapsedMs } = this.#options;
    const latestAt = maxElapsedMs === Infinity ? Infinity : context.clock.now() + maxElapsedMs;
    const errors: unknown[] = [];
    let previousMs = 0;
    running.note('retry.operation', operation);
    budget?.deposit();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const given = await untilAborted(context, this.#attempt(input, context, attempt));
        const output = awaitFirstChunk && isOngoing(given) ? await firstChunkOf(given, context) : given;
        this.#conclude(running, attempt === 1 ? 'success' : 'recovered', attempt);
        return output;
      } catch (error) {
        if (context.isAborted) return this.#cancelled(context, running, attempt);
        running.note('retry.error', { attempt, error });
        if (aggregate) errors.push(error);
        const next = this.#decide({ error, attempt, context, latestAt, previousMs }, running);
        if (typeof next === 'string') {
          this.#conclude(running, next, attempt);
          throw aggregate ? allOf(errors) : error;
        }
        running.note('retry.delayMs', next);
        previousMs = next;
      }
      await backOff(context, previousMs);
      if (context.isAborted) return this.#cancelled(context, running, attempt);
    }
  }

  protected override refused(_context: WorkflowContext, running: RunningStep): void {
    running.note('retry.operation', this.#options.operation);
    this.#conclude(running, 'cancelled', 0);
  }

  /** How the executions so far ended. */
  getStats(): RetryStats {
    return { ...this.#counts.snapshot(), attempts: this.#attempts };
  }

  override toString(): string {
    const { operation, total, attempts, outcomes } = this.getStats();
    return `RetryPrimitive(${operation}: ${total} executions, ${attempts} attempts, ${outcomes.recovered} recovered, ${outcomes.exhausted} exhausted)`;
  }

  #conclude(running: RunningStep, outcome: RetryOutcome, attempts: number): void {
    this.#counts.add(outcome);
    this.#attempts += attempts;
    running.note('retry.attempts', attempts);
    running.note('retry.outcome', outcome);
  }

  #cancelled(context: WorkflowContext, running: RunningStep, attempts: number): never {
    this.#conclude(running, 'cancelled', attempts);
    throw context.signal.reason;
  }

  #attempt(input: I, context: WorkflowContext, attempt: number): Promise<O> {
    return this.#step.execute(
      input,
      attempt === context.attempt ? context : context.child(`attempt ${attempt}`, { attempt }),
    );
  }

  #decide(failure: Failure, running: RunningStep): number | RetryOutcome {
    try {
      return this.#next(failure);
    } catch (mistake) {
      this.#conclude(running, 'error', failure.attempt);
      throw mistake;
    }
  }

  /** The wait before the next attempt in milliseconds, or the reason not to try again. */
  #next({ error, attempt, context, latestAt, previousMs }: Failure): number | RetryOutcome {
    const { maxAttempts, respectRetryAfter, maxDelayMs, backoff, random, budget } = this.#options;
    const advice = respectRetryAfter ? retryAdvice(error, context.clock.epochMs()) : {};
    if (!this.#isWorthwhile(error, attempt, advice)) return 'not_retryable';
    if (attempt >= maxAttempts) return 'exhausted';
    const delayMs =
      advice.retryAfterMs ??
      Math.min(maxDelayMs, checkedDelay(backoff({ failures: attempt, previousMs, maxDelayMs, random })));
    const leftMs = Math.min(context.remainingMs(), latestAt - context.clock.now());
    if (delayMs > maxDelayMs || delayMs >= leftMs) return 'out_of_time';
    return budget === undefined || budget.withdraw() ? delayMs : 'out_of_budget';
  }

  #isWorthwhile(error: unknown, attempt: number, { shouldRetry }: RetryAdvice): boolean {
    const { retryIf } = this.#options;
    if (shouldRetry === false) return false;
    return (
      (shouldRetry === true && retryIf === isRetryable) || checkedVerdict(OWNER, 'retryIf', retryIf(error, attempt))
    );
  }
}

interface Failure {
  readonly error: unknown;
  readonly attempt: number;
  readonly context: WorkflowContext;
  /** No attempt starts later than this, in `clock.now()` milliseconds. */
  readonly latestAt: number;
  readonly previousMs: number;
}

/** Waits for that long, or until the context is cancelled. */
function backOff(context: WorkflowContext, delayMs: number): Promise<void> {
  return sleep(context, delayMs).catch((reason: unknown) => {
    if (!context.isAborted) throw reason;
  });
}

/** A wait that is no number would be no wait at all, and the retries a storm. */
function checkedDelay(delayMs: unknown): number {
  hearRejection(delayMs);
  checkNumber(OWNER, 'what backoff returns', delayMs, { atLeast: 0, allowInfinity: true });
  return delayMs;
}

function allOf(errors: readonly unknown[]): AggregateError {
  return new AggregateError(errors, `all attempts failed (${errors.length})`, { cause: errors.at(-1) });
}

const RULES = {
  maxAttempts: numberOption({ atLeast: 1, isInteger: true, allowInfinity: true }, 3),
  backoff: functionOption<Backoff>(exponentialBackoff()),
  maxDelayMs: numberOption({ atLeast: 0, allowInfinity: true }, 60_000),
  maxElapsedMs: numberOption({ above: 0, allowInfinity: true }, Infinity),
  retryIf: functionOption(isRetryable),
  respectRetryAfter: booleanOption(true),
  budget: methodsOption('deposit', 'withdraw'),
  aggregate: booleanOption(false),
  awaitFirstChunk: booleanOption(true),
  operation: textOption,
  random: functionOption(() => Math.random()),
} satisfies OptionRules<RetryOptions>;

type Settings = WithFallbacks<RetryOptions, NamesWithFallback<typeof RULES>> & { readonly operation: string };

function settingsOf(options: RetryOptions, stepName: string): Settings {
  const { operation = stepName, ...settings } = readOptions(OWNER, options, RULES);
  return { ...settings, operation };
}
