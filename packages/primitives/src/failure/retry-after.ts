import { readHttpDate } from './http-date.ts';
import { isObject, itemsOf, type Members, memberOf, textOf } from './members.ts';

/** What the error of a service says about trying again. */
export interface RetryAdvice {
  /** What the server asked for in `x-should-retry`. */
  readonly shouldRetry?: boolean;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

const RETRY_INFO = 'google.rpc.RetryInfo';

/** A duration as Protocol Buffers write it in JSON; in a body that was quoted as a text its quotes may be escaped. */
const QUOTED_DELAY = /"retryDelay\\*"\s*:\s*\\*"(\d{1,12}(?:\.\d{1,9})?)s\\*"/;
const DELAY = /^(\d{1,12}(?:\.\d{1,9})?)s$/;

const MAX_DETAILS = 16;

/**
 * What an error itself says about trying again, its causes aside. In this order: `retryAfterMs` that an SDK has computed; the headers
 * `retry-after-ms` and `retry-after`; `RetryInfo` in the body.
 *
 * @param bodies - the error and the bodies that it carries
 * @param epochMs - the present, in milliseconds since the Unix epoch, which a date is compared with
 */
export function retryAdviceOf(error: Members, bodies: readonly Members[], epochMs: number): RetryAdvice {
  const shouldRetry = headerOf(error, 'x-should-retry');
  const retryAfterMs =
    durationOf(memberOf(error, 'retryAfterMs'), 1) ??
    durationOf(headerOf(error, 'retry-after-ms'), 1) ??
    waitOf(headerOf(error, 'retry-after'), epochMs) ??
    retryInfoIn(bodies);
  return {
    ...(shouldRetry === 'true' || shouldRetry === 'false' ? { shouldRetry: shouldRetry === 'true' } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The headers of the response that an error carries, wherever its SDK keeps them. */
export function headersOf(error: Members): object | undefined {
  const own = [memberOf(error, 'headers'), memberOf(error, 'responseHeaders')];
  const responses = ['response', 'rawResponse', '$response'].map((name) => memberOf(memberOf(error, name), 'headers'));
  return [...own, ...responses].find(isObject);
}

/** Reads a header of anything that has `get` (the `Headers` of any copy of fetch, a `Map`) or of a plain object. */
function headerIn(headers: unknown, name: string): string | undefined {
  if (!isObject(headers)) return undefined;
  try {
    const { get } = headers;
    const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
    const found: unknown = typeof get === 'function' ? get.call(headers, name) : key && headers[key];
    const value: unknown = Array.isArray(found) ? found[0] : found; // as Node.js has headers that may come more than once
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  } catch {
    return undefined;
  }
}

function headerOf(error: Members, name: string): string | undefined {
  return headerIn(headersOf(error), name);
}

/** The two forms of `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */
function waitOf(header: string | undefined, epochMs: number): number | undefined {
  if (header === undefined) return undefined;
  const at = readHttpDate(header, epochMs);
  return durationOf(header, 1_000) ?? (at === undefined ? undefined : Math.max(0, at - epochMs));
}

function durationOf(value: unknown, unitMs: number): number | undefined {
  if (typeof value !== 'number' && !(typeof value === 'string' && /^\s*\d+(?:\.\d+)?\s*$/.test(value)))
    return undefined;
  const durationMs = Number(value) * unitMs;
  return Number.isFinite(durationMs) && durationMs >= 0 ? durationMs : undefined;
}

/**
 * Some services say in the body how long to wait, and in no header.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
 */
function retryInfoIn(bodies: readonly Members[]): number | undefined {
  for (const body of bodies) {
    for (const name of ['details', 'errorDetails', 'statusDetails']) {
      for (const detail of itemsOf(memberOf(body, name), MAX_DETAILS)) {
        const delayMs = textOf(detail, '@type')?.endsWith(RETRY_INFO)
          ? delayOf(memberOf(detail, 'retryDelay'))
          : undefined;
        if (delayMs !== undefined) return delayMs;
      }
    }
    const message = textOf(body, 'message');
    const quoted = message?.includes(RETRY_INFO) ? QUOTED_DELAY.exec(message)?.[1] : undefined;
    if (quoted !== undefined) return Number(quoted) * 1_000;
  }
  return undefined;
}

function delayOf(delay: unknown): number | undefined {
  const seconds = typeof delay === 'string' ? DELAY.exec(delay)?.[1] : undefined;
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}
