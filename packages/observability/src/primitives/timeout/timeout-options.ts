import type { Step, WorkflowContext } from 'tta-dev-primitives';
import {
  booleanOption,
  checkFunction,
  checkNumber,
  ignoreRejection,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
  required,
  type WithFallbacks,
  wordOption,
} from 'tta-dev-primitives/internal';
import { checkStreamLimits, type StreamLimits } from './stream-limits.ts';

/** A limit in milliseconds. `Infinity` or `false` means no limit. A function decides per execution. */
export type TimeoutLimit<I> = number | false | ((input: I, context: WorkflowContext) => number);

/** What happens to the signal at the soft deadline: it is aborted at once, or only at the hard stop. */
export type SoftAction = 'abort' | 'notify';

export interface TimeoutOptions<I, O> {
  /**
   * The soft deadline, in milliseconds from the start. `Infinity` or `false` sets no limit. A function decides per
   * execution; if it returns an invalid value, that execution rejects with a `RangeError`. The limit never extends
   * beyond the deadline of the caller's context.
   */
  readonly timeoutMs: TimeoutLimit<I>;
  /** How long past the soft deadline an answer is still accepted, in milliseconds. @defaultValue 5_000 */
  readonly graceMs?: number | undefined;
  /**
   * `abort` aborts the step's signal at the soft deadline. The step can then stop, clean up and return what it has. `notify` only
   * states the fact, lets the step continue, and aborts at the hard stop.
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

const OWNER = 'TimeoutPrimitive';

const LIMIT = { above: 0, allowInfinity: true };

const RULES = {
  timeoutMs: required(
    option((owner, name, value) => {
      if (value !== false && typeof value !== 'function') checkNumber(owner, name, value, LIMIT);
    }),
  ),
  graceMs: numberOption({ atLeast: 0 }, 5_000),
  softAction: wordOption(['abort', 'notify'], 'abort'),
  stream: option((owner, _name, value) => checkStreamLimits(owner, value)),
  fallback: option((owner, name, value) => {
    if (typeof value !== 'object') checkFunction(owner, name, value);
  }),
  fallbackTimeoutMs: numberOption(LIMIT),
  operation: option((owner, name, value) => {
    if (typeof value !== 'string') throw new TypeError(refusal(owner, name, value, 'a string'));
    if (value === '') throw new RangeError(refusal(owner, name, value, 'a name'));
  }),
  trackTimeouts: booleanOption(false),
  unref: booleanOption(false),
} satisfies OptionRules<TimeoutOptions<never, unknown>>;

type Shared = Omit<TimeoutOptions<never, unknown>, 'timeoutMs' | 'fallback' | 'fallbackTimeoutMs'>;

/** Options that every execution of one timeout shares, checked and with their defaults. */
export type TimeoutSettings = WithFallbacks<Shared, 'graceMs' | 'softAction' | 'trackTimeouts' | 'unref'> & {
  readonly operation: string;
};

/**
 * Checks the options and fills in what was left out.
 *
 * @param stepName - the name of the wrapped step
 * @throws TypeError or RangeError naming the option, its value and what is allowed
 */
export function settingsOf<I, O>(options: TimeoutOptions<I, O>, stepName: string): TimeoutSettings {
  const {
    operation = stepName,
    graceMs,
    softAction,
    stream,
    trackTimeouts,
    unref,
  } = readOptions(OWNER, options, RULES);
  return { operation, graceMs, softAction, stream, trackTimeouts, unref };
}

/**
 * The limit of one execution, in milliseconds. `Infinity` without a limit.
 *
 * @throws RangeError if a function did not return a number above 0
 */
export function limitOf<I>(limit: TimeoutLimit<I>, input: I, context: WorkflowContext): number {
  if (typeof limit === 'number') return limit;
  if (limit === false) return Infinity;
  const limitMs: unknown = limit(input, context);
  if (typeof limitMs === 'number' && limitMs > 0) return limitMs;
  ignoreRejection(limitMs);
  throw new RangeError(refusal(OWNER, 'what timeoutMs() gives', limitMs, 'a number above 0 or Infinity'));
}
