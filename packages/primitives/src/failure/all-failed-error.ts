import type { Failure } from './failure.ts';
import { failureOf } from './failure-of.ts';
import { headersOf } from './headers.ts';
import { isObject } from './members.ts';

/** One error of several that failed one after the other, and what it means. */
interface Representative {
  readonly error: unknown;
  readonly failure: Failure | undefined;
}

/**
 * Every way to answer a request failed. `errors` has all errors in the order tried; `cause` is the first.
 *
 * Error handlers can read `status`, `headers` and `retryAfterMs`: they come from the error that is likely to pass
 * first, or from the first known failure if no error is temporary.
 */
export class AllFailedError extends AggregateError {
  readonly code = 'ERR_TTA_ALL_FAILED';
  /** What the failure means; undefined if the meaning of every error is unknown. */
  readonly failure: Failure | undefined;
  readonly status: number | undefined;
  /** The headers of the response, as the SDK keeps them. */
  readonly headers: object | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(errors: readonly unknown[], message: string, epochMs: number = Date.now()) {
    super(errors, message, { cause: errors[0] });
    const { error, failure } = representativeOf(errors, epochMs);
    this.failure = failure;
    this.status = failure?.status;
    this.headers = isObject(error) ? headersOf(error) : undefined;
    this.retryAfterMs = failure?.retryAfterMs;
  }
}

/**
 * An {@link AllFailedError} that is also an instance of the class of its most relevant error, with the fields of that error. Code that
 * handles an SDK's errors handles this one too. It is a plain `AllFailedError` if that error is a plain `Error`.
 */
export function allFailed(errors: readonly unknown[], message: string, epochMs: number = Date.now()): Error {
  const all = new AllFailedError(errors, message, epochMs);
  const { error } = representativeOf(errors, epochMs);
  if (!(error instanceof Error) || Object.getPrototypeOf(error) === Error.prototype) return all;
  try {
    return speakingFor(error, all);
  } catch {
    return all; // an error that cannot be inspected
  }
}

/** The one that may pass soonest: a caller who waits for it can be answered. */
function representativeOf(errors: readonly unknown[], epochMs: number): Representative {
  const all = errors.map((error) => ({ error, failure: failureOf(error, epochMs) }));
  const passing = all.filter(({ failure }) => failure?.retryable === true);
  const told = all.filter(({ failure }) => failure !== undefined);
  const [first = { error: errors[0], failure: undefined }] = passing.length > 0 ? passing : told;
  return passing.reduce((soonest, each) => (waitOf(each) < waitOf(soonest) ? each : soonest), first);
}

function waitOf({ failure }: Representative): number {
  return failure?.retryAfterMs ?? Infinity;
}

/**
 * Gives an error the class and the fields of another. What the class computes from private state is copied as the value that the other has,
 * because private state cannot be.
 */
function speakingFor(spokenFor: Error, all: AllFailedError): Error {
  const { errors, cause, message, stack, failure, status, headers, retryAfterMs } = all;
  const error = new Error(message, { cause });
  Object.setPrototypeOf(error, Object.getPrototypeOf(spokenFor) as object);
  for (const [name, isEnumerable] of fieldsOf(spokenFor)) {
    define(error, name, (spokenFor as unknown as Record<string, unknown>)[name], isEnumerable);
  }
  for (const [name, value] of Object.entries({ message, stack, cause, errors, failure })) {
    define(error, name, value, false);
  }
  for (const [name, value] of Object.entries({ status, headers, retryAfterMs })) {
    if (value !== undefined && !Object.hasOwn(error, name)) define(error, name, value, true);
  }
  return error;
}

/** Own fields and those that its classes compute, and whether they are listed. */
function fieldsOf(error: Error): ReadonlyMap<string, boolean> {
  const fields = new Map<string, boolean>();
  for (const [name, { enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
    fields.set(name, enumerable === true);
  }
  let prototype = Object.getPrototypeOf(error) as object; // an instance of Error has one
  while (prototype !== Error.prototype) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (get !== undefined && !fields.has(name)) fields.set(name, false);
    }
    prototype = Object.getPrototypeOf(prototype) as object; // the chain of an Error leads to Error.prototype
  }
  return fields;
}

function define(error: Error, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true });
}
