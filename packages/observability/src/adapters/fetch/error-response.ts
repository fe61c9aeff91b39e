import { type Failure, type FailureKind, failureOf } from 'tta-dev-primitives';
import { isResponse } from 'tta-dev-primitives/internal';
import type { HttpDialect, HttpFailure } from '../../llm/dialects/http-dialect.ts';
import { field, textField } from '../../llm/fields.ts';

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

/** Failures of the network and the server, which the retry of an SDK may mend. */
const OF_THE_SERVER: ReadonlySet<FailureKind> = new Set(['network', 'bad_response', 'incomplete', 'server_error']);

export interface ErrorResponseOptions {
  readonly http: Pick<HttpDialect, 'failureBody'>;
  /** Whether all attempts that make sense were made; the SDK should then not retry. */
  readonly isFinal: boolean;
}

/**
 * The response that a client of the provider turns into its own class of error: what the provider has answered, or a response of ours in
 * the provider's shape.
 */
export function errorResponse(error: unknown, { http, isFinal }: ErrorResponseOptions): Response {
  const answered = field(error, 'response');
  if (isResponse(answered) && answered instanceof Response && !answered.bodyUsed) {
    return isFinal ? notRetried(answered) : answered;
  }
  const failure = httpFailureOf(error);
  const headers = new Headers({ 'content-type': 'application/json' });
  if (isFinal || !OF_THE_SERVER.has(failure.kind)) headers.set('x-should-retry', 'false');
  if (failure.retryAfterMs !== undefined) {
    headers.set('retry-after', String(Math.ceil(failure.retryAfterMs / 1_000)));
    headers.set('retry-after-ms', String(Math.ceil(failure.retryAfterMs)));
  }
  return new Response(JSON.stringify(http.failureBody(failure)), { status: failure.status, headers });
}

function notRetried(response: Response): Response {
  const { status, statusText, body } = response;
  const headers = new Headers(response.headers);
  headers.set('x-should-retry', 'false');
  return new Response(body, { status, statusText, headers });
}

function httpFailureOf(error: unknown): HttpFailure {
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
