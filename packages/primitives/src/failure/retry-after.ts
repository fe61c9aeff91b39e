import type { FailureKind } from './failure.ts';
import { headerIn, headersOf, trailersOf } from './headers.ts';
import { readHttpDate } from './http-date.ts';
import { isObject, itemsOf, type Members, memberOf, textOf } from './members.ts';
import { limitEndOf } from './rate-limits.ts';

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
 * `retry-after-ms`, `x-ms-retry-after-ms` and `retry-after`, or the trailers of gRPC; `RetryInfo` in the body; of a limit, what its message
 * or its headers say of its end.
 *
 * @param bodies - the error and the bodies that it carries
 * @param epochMs - the present, in milliseconds since the Unix epoch, which a date is compared with
 * @param kind - what the error means
 */
export function retryAdviceOf(
  error: Members,
  bodies: readonly Members[],
  epochMs: number,
  kind: FailureKind | undefined,
): RetryAdvice {
  const shouldRetry = headerOf(error, 'x-should-retry');
  const retryAfterMs =
    durationOf(memberOf(error, 'retryAfterMs'), 1) ??
    IN_MS.map((name) => durationOf(headerOf(error, name), 1)).find(isKnown) ??
    waitOf(headerOf(error, 'retry-after'), epochMs) ??
    retryInfoIn(bodies) ??
    (kind === 'rate_limited' || kind === 'overloaded' ? limitEndOf(headersOf(error), bodies, epochMs) : undefined);
  return {
    ...(shouldRetry === 'true' || shouldRetry === 'false' ? { shouldRetry: shouldRetry === 'true' } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Headers that are a wait in milliseconds. */
const IN_MS = ['retry-after-ms', 'x-ms-retry-after-ms', 'grpc-retry-pushback-ms'] as const;

function headerOf(error: Members, name: string): string | undefined {
  return headerIn(headersOf(error), name) ?? headerIn(trailersOf(error), name);
}

function isKnown<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
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
        const isRetryInfo = (textOf(detail, '@type') ?? RETRY_INFO).endsWith(RETRY_INFO); // clients drop the type
        const delayMs = isRetryInfo ? delayOf(memberOf(detail, 'retryDelay')) : undefined;
        if (delayMs !== undefined) return delayMs;
      }
    }
    const message = textOf(body, 'message');
    const quoted = message?.includes(RETRY_INFO) ? QUOTED_DELAY.exec(message)?.[1] : undefined;
    if (quoted !== undefined) return Number(quoted) * 1_000;
  }
  return undefined;
}

/** A duration as JSON has it, or as clients of gRPC decode it. */
function delayOf(delay: unknown): number | undefined {
  if (!isObject(delay)) return typeof delay === 'string' ? durationOf(DELAY.exec(delay)?.[1], 1_000) : undefined;
  const { seconds, nanos = 0 } = delay;
  const low = isObject(seconds) && memberOf(seconds, 'high') === 0 ? memberOf(seconds, 'low') : seconds; // of 64 bits
  const [wholeMs, restMs] = [durationOf(low, 1_000), durationOf(nanos, 1e-6)];
  return wholeMs === undefined || restMs === undefined ? undefined : wholeMs + restMs;
}
