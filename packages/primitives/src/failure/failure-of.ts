import { bodiesOf } from './bodies.ts';
import { type Failure, type FailureKind, failureOfKind } from './failure.ts';
import { isObject, itemsOf, type Members, memberOf } from './members.ts';
import { kindOfMessage } from './messages.ts';
import { ownFailure } from './own-failure.ts';
import { type RetryAdvice, retryAdviceOf } from './retry-after.ts';
import { hasGoodStatus } from './status.ts';
import { kindOfWord } from './words.ts';

/** What an error means, and the server's advice on retries. */
interface FailureReading {
  readonly failure: Failure | undefined;
  readonly advice: RetryAdvice;
}

/** The most errors that are read: causes, causes of causes, members of aggregates. */
const MAX_ERRORS = 256;
/** An aggregate is judged by this many of its errors. */
const MAX_MEMBERS = 16;

/**
 * Returns what an error means: its kind, its HTTP status, whether another attempt is worthwhile, and how long the
 * service asks you to wait. Undefined if the error says nothing about a call, for example a bug in the program.
 *
 * Reads the errors of SDKs, HTTP clients, `fetch`, gRPC and Node.js by their shape, plain error objects of services,
 * wrapped errors and aggregates. An error that says nothing itself is judged by its `cause`, its `lastError` or its
 * `errors`; an aggregate is only worth another attempt if each of its errors is. Never throws, and handles cycles.
 *
 * Some SDKs throw the same error for an abort and for their own timeout; both read as `aborted`. Check `context.signal`
 * to know who aborted.
 *
 * @param epochMs - the present, in milliseconds since the Unix epoch, for a `Retry-After` that is a date
 * @example
 * ```ts
 * failureOf(await client.chat.completions.create(request).catch((error) => error));
 * // { kind: 'rate_limited', status: 429, retryable: true, retryAfterMs: 7000 }
 * ```
 */
export function failureOf(error: unknown, epochMs: number = Date.now()): Failure | undefined {
  const { failure, advice } = readFailure(error, epochMs);
  return failure === undefined || advice.retryAfterMs === undefined
    ? failure
    : { ...failure, retryAfterMs: advice.retryAfterMs };
}

/** Whether an error is worth another attempt, by {@link failureOf}. */
export function isRetryable(error: unknown): boolean {
  return failureOf(error)?.retryable ?? false;
}

/** The HTTP status of an error, by {@link failureOf}. */
export function statusOf(error: unknown): number | undefined {
  return failureOf(error)?.status;
}

/**
 * What an error object of a service means, for one that is known to be an error: `otherwise` if its meaning is unknown.
 *
 * @param otherwise - the kind of an error with an unknown meaning
 */
export function statedFailure(stated: unknown, otherwise: FailureKind = 'server_error'): Failure {
  return failureOf(stated) ?? failureOfKind(otherwise);
}

/**
 * What the server of a failed call says about trying again: how long to wait, and whether to. {@link failureOf} has the wait too; the
 * verdict in `x-should-retry` is for those who ask the same server again.
 *
 * @param epochMs - the present, in milliseconds since the Unix epoch, for a `Retry-After` that is a date
 */
export function retryAdvice(error: unknown, epochMs: number = Date.now()): RetryAdvice {
  return readFailure(error, epochMs).advice;
}

function readFailure(error: unknown, epochMs: number): FailureReading {
  try {
    return new Reader(epochMs).read(error);
  } catch {
    return NOTHING; // an error that cannot be inspected has no known meaning
  }
}

const NOTHING: FailureReading = { failure: undefined, advice: {} };

/** Reads one error and what stands behind it: each object once. */
class Reader {
  readonly #epochMs: number;
  readonly #readings = new Map<object, FailureReading>();

  constructor(epochMs: number) {
    this.#epochMs = epochMs;
  }

  read(error: unknown): FailureReading {
    if (!isObject(error)) return NOTHING;
    const known = this.#readings.get(error);
    if (known !== undefined || this.#readings.size >= MAX_ERRORS) return known ?? NOTHING;
    this.#readings.set(error, NOTHING); // for a cycle that comes back here
    const reading = this.#readOnce(error);
    this.#readings.set(error, reading);
    return reading;
  }

  #readOnce(error: Members): FailureReading {
    const bodies = bodiesOf(error);
    const own = ownFailure(error, bodies);
    const advice = retryAdviceOf(error, bodies, this.#epochMs, own?.kind);
    if (own !== undefined && own.kind !== 'unknown') return { failure: own, advice };
    const inner = this.#readInner(error);
    const failure = inner.failure ?? lastResort(error);
    return { failure: own === undefined ? failure : withVerdict(failure, own), advice: { ...inner.advice, ...advice } };
  }

  #readInner(error: Members): FailureReading {
    const cause = memberOf(error, 'cause');
    if (typeof cause === 'string') return { failure: kindedFailure(kindOfWord(cause)), advice: {} }; // some SDKs have a text for a cause
    for (const wrapped of [cause, memberOf(error, 'lastError'), memberOf(error, 'error')]) {
      const reading = this.read(wrapped);
      if (!isSilent(reading)) return reading;
    }
    return this.#readAll(itemsOf(memberOf(error, 'errors'), MAX_MEMBERS));
  }

  /** An aggregate is retryable if all of its errors are, after the longest of their waits. */
  #readAll(errors: readonly unknown[]): FailureReading {
    const readings = errors.map((error) => this.read(error));
    const failures = readings.map(({ failure }) => failure);
    if (failures.includes(undefined)) return NOTHING;
    const waits = readings.flatMap(({ advice }) => advice.retryAfterMs ?? []);
    return {
      failure: failures.find((failure) => failure?.retryable === false) ?? failures[0],
      advice: waits.length === 0 ? {} : { retryAfterMs: Math.max(...waits) },
    };
  }
}

function isSilent({ failure, advice }: FailureReading): boolean {
  return failure === undefined && Object.keys(advice).length === 0;
}

function withVerdict(failure: Failure | undefined, { retryable }: Failure): Failure {
  return failure === undefined ? failureOfKind('unknown', { retryable }) : { ...failure, retryable };
}

/** For an error without a known meaning or cause. */
function lastResort(error: Members): Failure | undefined {
  const isOfAnswer = hasGoodStatus(error) && error instanceof Error;
  return kindedFailure(kindOfMessage(error) ?? (isOfAnswer ? 'bad_response' : undefined));
}

function kindedFailure(kind: FailureKind | undefined): Failure | undefined {
  return kind === undefined ? undefined : failureOfKind(kind);
}
