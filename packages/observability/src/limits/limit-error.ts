import type { Failure } from 'tta-dev-primitives';
import { failureOfKind } from 'tta-dev-primitives/internal';
import type { LimitKind, Limits } from './limit-store.ts';

export interface LimitErrorInit {
  /** The primitive that refused. */
  readonly operation: string;
  readonly limit: LimitKind;
  readonly limits: Limits;
  readonly retryAfterMs: number;
  readonly isTooLarge: boolean;
}

/**
 * A limit refused a request, and the step was not called.
 *
 * `failureOf` reads it as `rate_limited`, which a retry tries again after `retryAfterMs`; as `quota`, which a retry
 * does not retry, if the limit is a budget. The message contains no key.
 */
export class LimitError extends Error {
  override readonly name = 'LimitError';
  readonly code = 'ERR_TTA_LIMIT';
  /** The HTTP status to answer with. */
  readonly status = 429;
  readonly operation: string;
  /** Which limit refused. Of several, the one that lasts longest. */
  readonly limit: LimitKind;
  /**
   * Milliseconds until the limit lets such a request through, if nothing else asks. It is 1,000 for `concurrent`, because when running requests
   * end is unknown.
   */
  readonly retryAfterMs: number;
  /** Whether another attempt within this request may succeed: not if a budget is spent, or the request is larger than the limit. */
  readonly retryable: boolean;
  /** What `failureOf` gives. */
  readonly failure: Failure;

  constructor({ operation, limit, limits, retryAfterMs, isTooLarge }: LimitErrorInit) {
    const waitMs = Math.max(1, Math.ceil(retryAfterMs));
    super(
      `${operation}: ${isTooLarge ? TOO_LARGE : REACHED} ${inWords(limit, limits)}; ${advice(limit, waitMs, isTooLarge)}`,
    );
    this.operation = operation;
    this.limit = limit;
    this.retryAfterMs = waitMs;
    this.retryable = limit !== 'budget' && !isTooLarge;
    const { status, retryable } = this;
    this.failure = failureOfKind(limit === 'budget' ? 'quota' : 'rate_limited', {
      status,
      retryable,
      retryAfterMs: waitMs,
    });
  }
}

/**
 * Whether an error is a {@link LimitError}, even one from another copy of this package.
 *
 * @example
 * ```ts
 * if (isLimitError(error)) response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1_000));
 * ```
 */
export function isLimitError(error: unknown): error is LimitError {
  return error instanceof Error && (error as Partial<LimitError>).code === 'ERR_TTA_LIMIT';
}

const REACHED = 'the limit is reached:';
const TOO_LARGE = 'the request may use more than the whole limit:';

function inWords(limit: LimitKind, { requestsPerMinute, tokensPerMinute, concurrent, budget }: Limits): string {
  switch (limit) {
    case 'requests':
      return `${requestsPerMinute} requests a minute`;
    case 'tokens':
      return `${tokensPerMinute} tokens a minute`;
    case 'concurrent':
      return `${concurrent} requests at once`;
    case 'budget':
      return `$${budget?.limitUsd} in ${budget?.windowMs} ms`;
  }
}

function advice(limit: LimitKind, waitMs: number, isTooLarge: boolean): string {
  if (isTooLarge) return 'lower the most output tokens that it asks for, or raise the limit';
  return limit === 'budget' ? `the next window begins in ${waitMs} ms` : `try again in ${waitMs} ms`;
}
