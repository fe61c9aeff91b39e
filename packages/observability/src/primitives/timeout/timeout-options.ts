import type { Step, WorkflowContext } from 'tta-dev-primitives';
import {
  checkFunction,
  checkNoUnknown,
  checkNumber,
  checkOneOf,
  ignoreRejection,
  type OptionNames,
  refusal,
} from 'tta-dev-primitives/internal';
import { checkStreamLimits, type StreamLimits } from './stream-limits.ts';

/** A limit in milliseconds; `Infinity` or `false` is none, a function decides per execution. */
export type TimeoutLimit<I> = number | false | ((input: I, context: WorkflowContext) => number);

/** What becomes of the signal at the soft deadline: it is aborted at once, or only at the hard stop. */
export type SoftAction = 'abort' | 'notify';

export interface TimeoutOptions<I, O> {
  /**
   * The soft deadline, in milliseconds from the start. `Infinity` or `false` sets none; a function decides per execution, and a
   * bad value of it rejects that execution with a `RangeError`. It never reaches beyond the deadline of the caller's context.
   */
  readonly timeoutMs: TimeoutLimit<I>;
  /** How long past the soft deadline an answer is still accepted, in milliseconds. @defaultValue 5_000 */
  readonly graceMs?: number | undefined;
  /**
   * `abort` aborts the step's signal at the soft deadline, so that it can stop, clean up and give what it has; `notify` only
   * states the fact, lets the step go on, and aborts at the hard stop.
   * @defaultValue 'abort'
   */
  readonly softAction?: SoftAction | undefined;
  /** Limits for a streaming output; `timeoutMs` then bounds the wait for the stream, and these bound the stream. */
  readonly stream?: StreamLimits | undefined;
  /** Runs on the same input instead of throwing the timeout; it gets a fresh signal and the same `stream` limits. */
  readonly fallback?: Step<I, O> | undefined;
  /** How long the fallback may take, in milliseconds, without grace. @defaultValue `timeoutMs` once more */
  readonly fallbackTimeoutMs?: number | undefined;
  /** The name in errors, facts and metrics. @defaultValue the name of the wrapped step */
  readonly operation?: string | undefined;
  /** Counts timeouts in `context.state`: `timeout_count`, and `timeout_history` with the newest 100. @defaultValue false */
  readonly trackTimeouts?: boolean | undefined;
  /** Lets the process end while the step is still waited for. @defaultValue false */
  readonly unref?: boolean | undefined;
}

/** Options that every execution of one timeout shares, checked and with their defaults. */
export interface TimeoutSettings {
  readonly operation: string;
  readonly graceMs: number;
  readonly softAction: SoftAction;
  readonly stream: StreamLimits | undefined;
  readonly trackTimeouts: boolean;
  readonly unref: boolean;
}

const OWNER = 'TimeoutPrimitive';

const OPTIONS: OptionNames<TimeoutOptions<unknown, unknown>> = {
  timeoutMs: true,
  graceMs: true,
  softAction: true,
  stream: true,
  fallback: true,
  fallbackTimeoutMs: true,
  operation: true,
  trackTimeouts: true,
  unref: true,
};

/**
 * Checks the options and fills in what was left out.
 *
 * @param stepName - the name of the wrapped step
 * @throws TypeError or RangeError naming the option, its value and what is allowed
 */
export function settingsOf<I, O>(options: TimeoutOptions<I, O>, stepName: string): TimeoutSettings {
  checkNoUnknown(OWNER, options, OPTIONS);
  const {
    timeoutMs,
    graceMs = 5_000,
    softAction = 'abort',
    stream,
    fallbackTimeoutMs = Infinity,
    operation = stepName,
    trackTimeouts = false,
    unref = false,
  } = options;
  if (timeoutMs !== false && typeof timeoutMs !== 'function') checkLimit('timeoutMs', timeoutMs);
  checkNumber(OWNER, 'graceMs', graceMs, { atLeast: 0 });
  checkOneOf(OWNER, 'softAction', softAction, ['abort', 'notify']);
  checkStreamLimits(OWNER, stream);
  checkLimit('fallbackTimeoutMs', fallbackTimeoutMs);
  if (typeof operation !== 'string') throw new TypeError(refusal(OWNER, 'operation', operation, 'a string'));
  if (operation === '') throw new RangeError(refusal(OWNER, 'operation', operation, 'a name'));
  for (const [option, value] of Object.entries({ trackTimeouts, unref })) {
    if (typeof value !== 'boolean') throw new TypeError(refusal(OWNER, option, value, 'true or false'));
  }
  if (options.fallback !== undefined && typeof options.fallback !== 'object') {
    checkFunction(OWNER, 'fallback', options.fallback);
  }
  return { operation, graceMs, softAction, stream, trackTimeouts, unref };
}

function checkLimit(option: string, value: unknown): void {
  checkNumber(OWNER, option, value, { above: 0, allowInfinity: true });
}

/**
 * The limit of one execution, in milliseconds; `Infinity` when there is none.
 *
 * @throws RangeError if a function gave anything but a number above 0
 */
export function limitOf<I>(limit: TimeoutLimit<I>, input: I, context: WorkflowContext): number {
  if (typeof limit === 'number') return limit;
  if (limit === false) return Infinity;
  const limitMs: unknown = limit(input, context);
  if (typeof limitMs === 'number' && limitMs > 0) return limitMs;
  ignoreRejection(limitMs);
  throw new RangeError(refusal(OWNER, 'what timeoutMs() gives', limitMs, 'a number above 0 or Infinity'));
}
