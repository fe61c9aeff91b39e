/**
 * Why a call failed, in one word.
 *
 * - The service: `network`, `timeout`, `rate_limited`, `overloaded`, `server_error`, `conflict`.
 * - The answer: `bad_response` (unreadable), `incomplete` (it ended before its finish), `content_filter` (withheld).
 * - The account: `quota`, `billing`, `authentication`, `permission`.
 * - The request: `not_found`, `invalid_request`, `too_large`, `context_length`.
 * - This process: `aborted` by the caller, or refused without a call: `circuit_open`, `bulkhead_full`, `budget_exceeded`.
 * - `unknown`: the error only says whether it is worth another attempt.
 */
export type FailureKind =
  | 'network'
  | 'timeout'
  | 'rate_limited'
  | 'overloaded'
  | 'server_error'
  | 'conflict'
  | 'bad_response'
  | 'incomplete'
  | 'content_filter'
  | 'quota'
  | 'billing'
  | 'authentication'
  | 'permission'
  | 'not_found'
  | 'invalid_request'
  | 'too_large'
  | 'context_length'
  | 'aborted'
  | 'circuit_open'
  | 'bulkhead_full'
  | 'budget_exceeded'
  | 'unknown';

/** What an error means. */
export interface Failure {
  readonly kind: FailureKind;
  /** The HTTP status, from 400 to 599; missing when no server answered with one. */
  readonly status?: number;
  /** Whether the same request to the same service may succeed later. */
  readonly retryable: boolean;
  /** How long the service asks you to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

const IS_RETRYABLE: Readonly<Record<FailureKind, boolean>> = {
  network: true,
  timeout: true,
  rate_limited: true,
  overloaded: true,
  server_error: true,
  conflict: true,
  bad_response: true,
  incomplete: true,
  content_filter: false,
  quota: false,
  billing: false,
  authentication: false,
  permission: false,
  not_found: false,
  invalid_request: false,
  too_large: false,
  context_length: false,
  aborted: false,
  circuit_open: false,
  bulkhead_full: false,
  budget_exceeded: false,
  unknown: false,
};

/** A failure of a known kind; `retryable` follows from the kind unless it is given. */
export function failureOfKind(kind: FailureKind, facts: Partial<Omit<Failure, 'kind'>> = {}): Failure {
  const { status, retryable = IS_RETRYABLE[kind], retryAfterMs } = facts;
  return {
    kind,
    ...(status === undefined ? {} : { status }),
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Whether a value is one of the kinds. */
export function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(IS_RETRYABLE, value);
}
