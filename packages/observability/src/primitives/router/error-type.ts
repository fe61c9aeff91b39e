import type { RouterErrorType } from './facts.ts';

const TYPES: ReadonlyMap<unknown, RouterErrorType> = new Map<unknown, RouterErrorType>([
  ...words('timeout', 'TimeoutError', 'APIConnectionTimeoutError', 'ERR_TTA_TIMEOUT', 'ETIMEDOUT', 'ESOCKETTIMEDOUT'),
  ...words('timeout', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'),
  ...words('cancelled', 'AbortError', 'APIUserAbortError', 'ABORT_ERR', 'UND_ERR_ABORTED'),
  ...words('network', 'APIConnectionError', 'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ENOTFOUND', 'EAI_AGAIN'),
  ...words('network', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED'),
]);

/** How far a chain of causes is followed; an error may be its own cause. */
const MAX_CAUSES = 5;

/**
 * Classes an error of a route by its HTTP status, its code or its class, and where these say nothing, by its cause. Never
 * throws, whatever was thrown.
 */
export function routerErrorTypeOf(error: unknown): RouterErrorType {
  try {
    let cause = error;
    for (let depth = 0; depth < MAX_CAUSES && typeof cause === 'object' && cause !== null; depth += 1) {
      const type = ownType(cause);
      if (type !== undefined) return type;
      cause = (cause as { cause?: unknown }).cause;
    }
  } catch {
    // A hostile error (a getter that throws) has no class that anybody could read.
  }
  return 'other';
}

interface ErrorShape {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly name?: unknown;
}

function ownType(error: ErrorShape): RouterErrorType | undefined {
  return (
    typeOfStatus(error.status ?? error.statusCode) ??
    TYPES.get(error.code) ??
    TYPES.get(error.name) ??
    typeOfClass(error)
  );
}

function typeOfStatus(status: unknown): RouterErrorType | undefined {
  if (typeof status !== 'number' || status < 400 || status > 599) return undefined;
  if (status === 401 || status === 403) return 'authentication';
  if (status === 429) return 'rate_limit';
  return status < 500 ? 'http_4xx' : 'http_5xx';
}

/** The OpenAI SDK leaves the name of all its errors at `Error`: only their classes tell them apart. */
function typeOfClass(error: object): RouterErrorType | undefined {
  for (let proto = Object.getPrototypeOf(error); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const type = TYPES.get(proto.constructor?.name);
    if (type !== undefined) return type;
  }
  return undefined;
}

function words(type: RouterErrorType, ...names: readonly string[]): [string, RouterErrorType][] {
  return names.map((name) => [name, type]);
}
