import { isCircuitOpenError, statusOf } from 'tta-dev-primitives';
import type { FailureCause } from '../facts.ts';

/** Codes of Node.js, undici and our own for a wait that was given up. */
const TIMEOUT_CODES: ReadonlySet<unknown> = new Set([
  'ERR_TTA_TIMEOUT',
  'ESOCKETTIMEDOUT',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
]);

/** Codes of Node.js, undici and DNS for a connection that failed. */
const NETWORK_CODES: ReadonlySet<unknown> = new Set([
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
  'UND_ERR_SOCKET',
]);

/** How OpenAI and Anthropic name an error that arrives inside a stream, where there is no status any more. */
const TYPES: Readonly<Record<string, FailureCause>> = {
  api_error: 'server_error',
  overloaded_error: 'server_error',
  rate_limit_error: 'rate_limited',
  rate_limit_exceeded: 'rate_limited',
  server_error: 'server_error',
  timeout_error: 'timeout',
};

/** Names of the errors of SDKs for a connection that failed; subclasses come first. */
const CLASSES: Readonly<Record<string, FailureCause>> = {
  APIConnectionTimeoutError: 'timeout',
  APIConnectionError: 'network',
};

/** Causes are followed this deep, so that a cycle ends. */
const MAX_DEPTH = 8;

/**
 * What has kept a provider from answering: it is down, limits us, is too slow, or its circuit is open. Undefined for everything
 * that is the caller's own doing: an abort, any other 4xx, a programming error.
 *
 * Knows the errors of the SDKs of OpenAI, Anthropic and Google, of the AI SDK, of fetch and of Node.js, and those of this project;
 * an error that says nothing itself is judged by what it was caused by.
 */
export function failureCauseOf(error: unknown, depth = 0): FailureCause | undefined {
  if (depth === MAX_DEPTH || typeof error !== 'object' || error === null) return undefined;
  try {
    const own = ownCause(error as Record<string, unknown>);
    if (own !== undefined) return own === 'none' ? undefined : own;
    const { cause, lastError, errors } = error as Record<string, unknown>;
    const inner = cause ?? lastError; // the AI SDK's RetryError has no cause
    if (inner !== undefined || !Array.isArray(errors)) return failureCauseOf(inner, depth + 1);
    const causes = errors.map((each: unknown) => failureCauseOf(each, depth + 1));
    return causes.includes(undefined) ? undefined : causes[0];
  } catch {
    return undefined; // an error with a getter that throws says nothing
  }
}

/** What an error says itself; `none` when it says that the provider is not to blame. */
function ownCause(error: Record<string, unknown>): FailureCause | 'none' | undefined {
  const { name, code } = error;
  if (isCircuitOpenError(error) || error['isBrokenCircuitError'] === true || code === 'EOPENBREAKER')
    return 'circuit_open';
  if (name === 'AbortError') return 'none';
  const status = statusOf(error);
  if (status !== undefined && status >= 400) return causeOfStatus(status);
  if (name === 'TimeoutError' || TIMEOUT_CODES.has(code)) return 'timeout';
  if (NETWORK_CODES.has(code)) return 'network';
  return causeOfType(error) ?? causeOfClass(error);
}

function causeOfStatus(status: number): FailureCause | 'none' {
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_error' : 'none';
}

/** An SDK keeps the body of an error as `error`, and that may be wrapped once more. */
function causeOfType(error: Record<string, unknown>, depth = 0): FailureCause | undefined {
  const own = TYPES[String(error['type'])] ?? TYPES[String(error['code'])];
  const body = error['error'];
  if (own !== undefined || depth === 2 || typeof body !== 'object' || body === null) return own;
  return causeOfType(body as Record<string, unknown>, depth + 1);
}

/** Asks the superclasses too: an SDK's user may well have a subclass of its errors. */
function causeOfClass(error: object): FailureCause | undefined {
  let prototype = Object.getPrototypeOf(error) as object | null;
  for (let depth = 0; depth < MAX_DEPTH && prototype !== null; depth += 1) {
    const cause = CLASSES[prototype.constructor?.name ?? ''];
    if (cause !== undefined) return cause;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return undefined;
}
