import type { FailureKind } from 'tta-dev-primitives';
import { isResponse } from 'tta-dev-primitives/internal';
import type { FailureHead, HttpDialect, HttpFailure } from '../../llm/dialects/http-dialect.ts';
import { field } from '../../llm/fields.ts';
import { httpFailureOf, setRetryAfter } from '../http-failure.ts';

/** Failures of the network and the server, which the retry of an SDK may mend. */
const OF_THE_SERVER: ReadonlySet<FailureKind> = new Set(['network', 'bad_response', 'incomplete', 'server_error']);

export interface ErrorResponseOptions {
  readonly http: Pick<HttpDialect, 'failureBody' | 'failureHead'>;
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
  const { status, headers: own } = http.failureHead?.(failure, isFinal) ?? headOf(failure, isFinal);
  const headers = new Headers({ 'content-type': 'application/json', ...own });
  setRetryAfter(headers, failure);
  return new Response(JSON.stringify(http.failureBody(failure)), { status, headers });
}

function headOf({ status, kind }: HttpFailure, isFinal: boolean): FailureHead {
  return { status, headers: isFinal || !OF_THE_SERVER.has(kind) ? { 'x-should-retry': 'false' } : {} };
}

function notRetried(response: Response): Response {
  const { status, statusText, body } = response;
  const headers = new Headers(response.headers);
  headers.set('x-should-retry', 'false');
  return new Response(body, { status, statusText, headers });
}
