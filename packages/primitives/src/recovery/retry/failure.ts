/** What the error of a provider says about trying again. */
export interface RetryAdvice {
  /** What the server asked for in `x-should-retry`. */
  readonly shouldRetry?: boolean;
  /** How long the server asked to wait, in milliseconds, from `retry-after-ms` or `retry-after`. */
  readonly retryAfterMs?: number;
}

/** Statuses that say the request may succeed unchanged: timeout, conflict, too many requests; and every 5xx. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 409, 429]);

/** Codes of Node.js, undici and DNS for a connection that failed, not for a request that was wrong. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** How the SDKs of OpenAI and Anthropic, which share a generator, name a connection that failed. */
const CONNECTION_ERRORS: ReadonlySet<string> = new Set(['APIConnectionError', 'APIConnectionTimeoutError']);

/** Causes are followed this deep, so that a cycle ends. */
const MAX_CAUSE_DEPTH = 8;

/**
 * Whether an error of an LLM call or of the network is worth another attempt.
 *
 * Yes: statuses 408, 409, 429 and 5xx, a connection that failed (the cause of `TypeError: fetch failed` counts), and timeouts. An
 * error's own `isRetryable` or `retryable` decides where it has one. No: everything else, above all an open circuit, an abort,
 * any other 4xx and a programming error.
 */
export function isRetryable(error: unknown): boolean {
  if (!isObject(error) || error['name'] === 'AbortError') return false;
  for (const verdict of [error['isRetryable'], error['retryable']]) if (typeof verdict === 'boolean') return verdict;
  const status = statusOf(error);
  if (status !== undefined) return RETRYABLE_STATUSES.has(status) || status >= 500;
  return error['name'] === 'TimeoutError' || isNetworkError(error);
}

/** The HTTP status an SDK's error carries: `status`, `statusCode` or `response.status`. */
export function statusOf(error: unknown): number | undefined {
  if (!isObject(error)) return undefined;
  const response = error['response'];
  const candidates = [error['status'], error['statusCode'], isObject(response) ? response['status'] : undefined];
  return candidates.find((status): status is number => typeof status === 'number');
}

/** What the response headers that an error carries say about trying again. */
export function retryAdvice(error: unknown, epochMs: number): RetryAdvice {
  if (!isObject(error)) return {};
  const response = error['response'];
  const headers =
    error['headers'] ?? error['responseHeaders'] ?? (isObject(response) ? response['headers'] : undefined);
  const shouldRetry = headerOf(headers, 'x-should-retry');
  const retryAfterMs =
    positive(Number(headerOf(headers, 'retry-after-ms') ?? Number.NaN)) ??
    durationOf(headerOf(headers, 'retry-after'), epochMs);
  return {
    ...(shouldRetry === 'true' || shouldRetry === 'false' ? { shouldRetry: shouldRetry === 'true' } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function isNetworkError(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSE_DEPTH && isObject(cause); depth += 1) {
    if (typeof cause['code'] === 'string' && NETWORK_CODES.has(cause['code'])) return true;
    if (CONNECTION_ERRORS.has(cause.constructor?.name)) return true;
    cause = cause['cause'];
  }
  return false;
}

function headerOf(headers: unknown, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  if (!isObject(headers)) return undefined;
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  return typeof value === 'string' ? value : undefined;
}

/** The two forms of `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */
function durationOf(header: string | undefined, epochMs: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (!Number.isNaN(seconds)) return positive(seconds * 1_000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - epochMs);
}

function positive(value: number): number | undefined {
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
