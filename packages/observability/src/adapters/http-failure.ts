import { type Failure, type FailureKind, failureOf } from 'tta-dev-primitives';
import type { HttpFailure } from '../llm/dialects/http-dialect.ts';
import { textField } from '../llm/fields.ts';

/** The statuses of failures that no server has answered with. */
const STATUSES: Readonly<Record<FailureKind, number>> = {
  network: 502,
  bad_response: 502,
  incomplete: 502,
  timeout: 504,
  rate_limited: 429,
  quota: 429,
  budget_exceeded: 429,
  overloaded: 503,
  circuit_open: 503,
  bulkhead_full: 503,
  server_error: 500,
  conflict: 409,
  content_filter: 400,
  billing: 402,
  authentication: 401,
  permission: 403,
  not_found: 404,
  invalid_request: 400,
  too_large: 413,
  context_length: 400,
  aborted: 499,
  unknown: 500,
};

/** The codes of refusals whose meaning is not among the kinds of failures. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = { ERR_TTA_NOT_CACHED: 504 };

/** What an error means, as a client of the provider would read it. */
export function httpFailureOf(error: unknown): HttpFailure {
  const failure: Failure = failureOf(error) ?? { kind: 'unknown', retryable: false };
  const { kind, retryAfterMs } = failure;
  const code = textField(error, 'code') ?? kind;
  const status = STATUS_BY_CODE[code] ?? failure.status ?? STATUSES[kind];
  return { status, code, kind, message: messageOf(error), retryAfterMs };
}

/** The causes tell what a client cannot see any more: `fetch failed` says nothing without its own. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause, message } = error;
  return cause instanceof Error && cause.message !== '' && !message.includes(cause.message)
    ? `${message}: ${cause.message}`
    : message;
}

/** Sets when to ask again, in whole seconds and in milliseconds, as clients of different providers read it. */
export function setRetryAfter(headers: Headers, { retryAfterMs }: Pick<HttpFailure, 'retryAfterMs'>): void {
  if (retryAfterMs === undefined) return;
  headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  headers.set('retry-after-ms', String(Math.ceil(retryAfterMs)));
}
