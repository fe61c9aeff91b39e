import type { Clock } from 'tta-dev-primitives';

/** The limit that refused a request. */
export type LimitKind = 'requests' | 'tokens' | 'concurrent' | 'budget';

/** What may be spent in one window. */
export interface BudgetLimit {
  /** In US dollars. */
  readonly limitUsd: number;
  /** How long a window is, in milliseconds. Windows begin at multiples of it since the Unix epoch: 86_400_000 is a day in UTC. */
  readonly windowMs: number;
}

/** What one key may use. A limit that is missing does not apply. */
export interface Limits {
  /** Requests that start within any 60 seconds. */
  readonly requestsPerMinute?: number | undefined;
  /** Input and output tokens of the requests that start within any 60 seconds. */
  readonly tokensPerMinute?: number | undefined;
  /** Requests that run at the same time. A stream runs until it has ended. */
  readonly concurrent?: number | undefined;
  readonly budget?: BudgetLimit | undefined;
}

/** What a request has used. */
export interface LimitUse {
  /** Input and output tokens. */
  readonly tokens: number;
  /** In US dollars. */
  readonly costUsd: number;
}

/** What a request may use; a cost of `Infinity` is unknown. */
export interface ExpectedUse extends LimitUse {
  /**
   * Whether the request does not bound its use. A guess that is larger than a whole limit is admitted when nothing else is counted; a bounded
   * request that is larger is refused, because it can never fit.
   */
  readonly isGuess: boolean;
}

/** One request that asks to be let through. */
export interface LimitRequest {
  /** Requests with the same key count together. */
  readonly key: string;
  readonly limits: Limits;
  readonly expected: ExpectedUse;
  readonly clock: Clock;
}

/** What counts against one limit of a key. */
export interface LimitUsed {
  readonly limit: LimitKind;
  /** Requests, tokens, running requests or US dollars, by the limit; null if the store cannot tell without asking. */
  readonly used: number | null;
  readonly allowed: number;
  /** How long it counts, in milliseconds; absent for `concurrent`. */
  readonly windowMs?: number | undefined;
  /** When the window of a budget ends, in milliseconds since the Unix epoch. */
  readonly endsAtMs?: number | undefined;
}

/** A request that may run. What it is expected to use is counted until it is settled. */
export interface LimitReservation {
  readonly isAllowed: true;
  /** Whether the local share of this process decided, because the shared store could not be used. */
  readonly isLocal: boolean;
  /** Counts what was used in place of what was expected, at the time at which the request started. Does nothing the second time. */
  settle(used: LimitUse): void;
  /** Undoes the reservation, as if the request had never been made. Does nothing after `settle`. */
  release(): void;
  /** What counts for the key of the request, as far as this process knows; for reports. @defaultValue unknown */
  used?(): readonly LimitUsed[];
}

/** A request that may not run. */
export interface LimitRefusal {
  readonly isAllowed: false;
  readonly isLocal: boolean;
  readonly limit: LimitKind;
  /** Milliseconds until the limit lets such a request through, if nothing else asks. It may be sooner if running requests use less. */
  readonly retryAfterMs: number;
  /** Whether the request is larger than the whole limit; waiting then does not help. */
  readonly isTooLarge: boolean;
}

export type LimitVerdict = LimitReservation | LimitRefusal;

/**
 * Where limits are counted: {@link memoryLimits} or {@link redisLimits}.
 *
 * Your own store must decide all limits of a request at once: either every limit counts the request, or none does. It
 * answers within bounded time and does not reject.
 */
export interface LimitStore {
  reserve(request: LimitRequest): LimitVerdict | Promise<LimitVerdict>;
  /** Ends timers, and connections that the store opened itself. May be called more than once. */
  close(): Promise<void>;
}
