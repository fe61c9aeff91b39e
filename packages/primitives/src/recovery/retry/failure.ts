import { retryInfoOf } from './retry-info.ts';

/** What the error of a provider says about trying again. */
export interface RetryAdvice {
  /** What the server asked for in `x-should-retry`. */
  readonly shouldRetry?: boolean;
  /** How long the server asked to wait, in milliseconds, from `retry-after-ms`, `retry-after` or Google's `RetryInfo`. */
  readonly retryAfterMs?: number;
}

/** Statuses that say the request may succeed unchanged: timeout, conflict, too many requests; and every 5xx. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 409, 429]);

/** Codes of Node.js, undici and DNS for a connection that failed, not for a request that was wrong. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
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

/** Causes and superclasses are followed this deep, so that a cycle ends. */
const MAX_DEPTH = 8;

/**
 * A date of HTTP in any of its three forms, or of ISO 8601. `Date.parse` alone reads a date of long ago into almost anything: into
 * `soon 5`, and into the `5, 5` that a header sent twice becomes.
 */
const DATE = /^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .+|\d{4}-\d\d-\d\dT)\d\d:\d\d:\d\d/i;

/**
 * Whether an error of an LLM call or of the network is worth another attempt.
 *
 * Yes: statuses 408, 409, 429 and 5xx, a connection that failed, and timeouts. An error's own `isRetryable` or `retryable` decides
 * where it has one, and an error that says nothing itself is judged by its `cause` (`TypeError: fetch failed` has one). No:
 * everything else, above all an open circuit, an abort, any other 4xx and a programming error.
 */
export function isRetryable(error: unknown): boolean {
  return unlessUnreadable(() => {
    for (const suspect of causesOf(error)) {
      const verdict = verdictOn(suspect);
      if (verdict !== undefined) return verdict;
    }
    return false;
  }, false);
}

/** An error and its causes, outermost first. */
function* causesOf(error: unknown): Generator<Record<string, unknown>> {
  let suspect = error;
  for (let depth = 0; depth < MAX_DEPTH && isObject(suspect); depth += 1) {
    yield suspect;
    suspect = suspect['cause'];
  }
}

/** Anything can be thrown, also what fails when it is looked at: then it says nothing, and stays the error that the caller gets. */
function unlessUnreadable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** What an error says itself, or undefined when it says nothing either way. */
function verdictOn(error: Record<string, unknown>): boolean | undefined {
  if (error['name'] === 'AbortError') return false;
  for (const verdict of [error['isRetryable'], error['retryable']]) if (typeof verdict === 'boolean') return verdict;
  const status = statusOf(error);
  if (status !== undefined && status >= 400) return RETRYABLE_STATUSES.has(status) || status >= 500;
  const isPassing =
    error['name'] === 'TimeoutError' || NETWORK_CODES.has(error['code'] as string) || isConnectionError(error);
  return isPassing ? true : undefined;
}

/** Asks the superclasses too: an SDK's user may well have a subclass of its errors. */
function isConnectionError(error: object): boolean {
  let prototype = Object.getPrototypeOf(error) as object | null;
  for (let depth = 0; depth < MAX_DEPTH && prototype !== null; depth += 1) {
    if (CONNECTION_ERRORS.has(prototype.constructor?.name)) return true;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return false;
}

/** The HTTP status an SDK's error carries: `status`, `statusCode` or `response.status`. */
export function statusOf(error: unknown): number | undefined {
  if (!isObject(error)) return undefined;
  return unlessUnreadable(() => {
    const response = error['response'];
    const candidates = [error['status'], error['statusCode'], isObject(response) ? response['status'] : undefined];
    return candidates.find((status): status is number => typeof status === 'number');
  }, undefined);
}

/**
 * What the response that an error carries says about trying again, in its headers or, from Google, in its body. That of a `cause` counts where the error itself says
 * nothing of whether it may pass, just as {@link isRetryable} has it.
 *
 * @param epochMs - the present, in milliseconds since the Unix epoch, which a `Retry-After` date is compared with
 */
export function retryAdvice(error: unknown, epochMs: number): RetryAdvice {
  return unlessUnreadable(() => {
    for (const suspect of causesOf(error)) {
      const advice = adviceOf(suspect, epochMs);
      if (Object.keys(advice).length > 0 || verdictOn(suspect) !== undefined) return advice;
    }
    return {};
  }, {});
}

function adviceOf(error: Record<string, unknown>, epochMs: number): RetryAdvice {
  const response = error['response'];
  const headers =
    error['headers'] ?? error['responseHeaders'] ?? (isObject(response) ? response['headers'] : undefined);
  const shouldRetry = headerOf(headers, 'x-should-retry');
  const retryAfterMs =
    durationOf(headerOf(headers, 'retry-after-ms'), 1) ??
    waitOf(headerOf(headers, 'retry-after'), epochMs) ??
    retryInfoOf(error);
  return {
    ...(shouldRetry === 'true' || shouldRetry === 'false' ? { shouldRetry: shouldRetry === 'true' } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Reads a header of anything that has `get` (the `Headers` of any copy of fetch, a `Map`) or of a plain object. */
function headerOf(headers: unknown, name: string): string | undefined {
  if (!isObject(headers)) return undefined;
  const { get } = headers;
  const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  const found: unknown = typeof get === 'function' ? get.call(headers, name) : key && headers[key];
  const value: unknown = Array.isArray(found) ? found[0] : found; // as Node.js has headers that may come more than once
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The two forms of `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */
function waitOf(header: string | undefined, epochMs: number): number | undefined {
  if (header === undefined) return undefined;
  const at = DATE.test(header) ? Date.parse(header) : Number.NaN;
  return durationOf(header, 1_000) ?? (Number.isNaN(at) ? undefined : Math.max(0, at - epochMs));
}

function durationOf(header: string | undefined, unitMs: number): number | undefined {
  if (header === undefined || !isNumeric(header)) return undefined;
  const durationMs = Number(header) * unitMs;
  return Number.isFinite(durationMs) && durationMs >= 0 ? durationMs : undefined;
}

/** `Number` reads an empty header as 0, which is not what a server meant. */
function isNumeric(header: string): boolean {
  return header.trim() !== '' && !Number.isNaN(Number(header));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
