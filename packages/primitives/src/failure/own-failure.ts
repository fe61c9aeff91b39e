import { isTelling, kindsOfWords, statusInBodies } from './bodies.ts';
import { kindOfCode, kindOfName } from './codes.ts';
import { type Failure, type FailureKind, failureOfKind, isFailureKind } from './failure.ts';
import { isObject, type Members, memberOf, textOf } from './members.ts';
import { kindOfRefusal } from './messages.ts';
import { waitInMessages } from './rate-limits.ts';
import { retryAdviceOf } from './retry-after.ts';
import { failedStatusOf, hasGoodStatus, kindOfStatus } from './status.ts';

/** Statuses with several meanings, which the service's word distinguishes. */
const MEANINGS: Readonly<Record<number, readonly FailureKind[]>> = {
  400: ['authentication', 'rate_limited', 'too_large'],
  403: ['authentication', 'rate_limited'],
  429: ['overloaded'],
  500: ['overloaded', 'timeout'],
};

/** A dependency of the service failed: the next attempt would meet it again, while another service has others. */
const FAILED_DEPENDENCY = 424;

/** Too early, and too busy: SDKs do not know that these pass, and say that another attempt is useless. */
const RARE_STATUSES: ReadonlySet<number | undefined> = new Set([425, 498]);

/** Without quota or credit, or with a prompt that is too long, another attempt is useless, even if the SDK says otherwise. */
const LASTING: ReadonlySet<FailureKind> = new Set(['quota', 'billing', 'too_large', 'context_length']);

/**
 * What an error says without a look at its causes; `unknown` for one that says only whether to try again.
 *
 * A code is trusted before a name, because SDKs name a reset connection a timeout. An abort is believed before a status, because
 * some SDKs make one up for it. A verdict beside a status of success is the SDK's opinion of the status, not of what went wrong.
 *
 * @param bodies - the error and the bodies that it carries
 */
export function ownFailure(error: Members, bodies: readonly Members[]): Failure | undefined {
  const stated = memberOf(error, 'failure');
  if (isFailure(stated)) return stated;
  const verdict = hasGoodStatus(error) ? undefined : verdictOf(error);
  const coded = kindOfCode(error);
  const named = kindOfName(error);
  if (named?.kind === 'aborted' && coded === undefined) return failureOfKind('aborted');
  const status = failedStatusOf(error);
  if (status !== undefined) return judged(kindOfAnswer(status, bodies), status, verdict);
  const [worded] = kindsOfWords(bodies);
  const kind = coded?.kind ?? (named?.kind === 'bad_response' ? (worded ?? named.kind) : named?.kind);
  const isFinal = (coded ?? named)?.isFinal === true;
  if (kind !== undefined) return judged(kind, undefined, isFinal ? false : verdict);
  const statusInside = statusInBodies(bodies);
  if (statusInside !== undefined) return judged(kindOfAnswer(statusInside, bodies), statusInside, verdict);
  if (worded !== undefined) return judged(worded, undefined, verdict);
  return verdict === undefined ? undefined : failureOfKind('unknown', { retryable: verdict });
}

/** The service's word counts more than a status with several meanings, and if the account has no credit. */
function kindOfAnswer(status: number, bodies: readonly Members[]): FailureKind {
  const byStatus = kindOfStatus(status) ?? 'server_error';
  const words = kindsOfWords(bodies);
  const byMessage = kindOfRefusal(status, bodies);
  if (byMessage !== undefined && !isLimitOfMinutes(status, bodies, byMessage)) return byMessage;
  return words.find((word) => isTelling(word) || MEANINGS[status]?.includes(word)) ?? byStatus;
}

/** Some services call a limit that passes a quota in their message; their word calls it a limit, or they say how long to wait. */
function isLimitOfMinutes(status: number, bodies: readonly Members[], byMessage: FailureKind): boolean {
  if (status !== 429 || byMessage !== 'quota') return false;
  return kindsOfWords(bodies).includes('rate_limited') || bodies.some(isLimitOfGoogle) || statesWait(bodies);
}

/** Google states the status as a number in the body. Its body may be quoted in a text. */
function isLimitOfGoogle(body: Members): boolean {
  return memberOf(body, 'code') === 429 || /\bRESOURCE_EXHAUSTED\b/.test(textOf(body, 'message') ?? '');
}

/** Whether an error states a wait of any length: a date later than 1970 is one. */
function statesWait(bodies: readonly Members[]): boolean {
  const [error = {}] = bodies;
  const { retryAfterMs } = retryAdviceOf(error, bodies, 0, undefined);
  return retryAfterMs !== undefined || waitInMessages(bodies) !== undefined;
}

function judged(kind: FailureKind, status: number | undefined, verdict: boolean | undefined): Failure {
  const known = RARE_STATUSES.has(status) ? undefined : verdict;
  const retryable = LASTING.has(kind) || status === FAILED_DEPENDENCY ? false : known;
  return failureOfKind(kind, {
    ...(status === undefined ? {} : { status }),
    ...(retryable === undefined ? {} : { retryable }),
  });
}

/** The error's own verdict: SDKs and this project have a field for it. */
function verdictOf(error: Members): boolean | undefined {
  const verdicts = [memberOf(error, 'isRetryable'), memberOf(error, 'retryable')];
  const verdict = verdicts.find((each): each is boolean => typeof each === 'boolean');
  return verdict ?? (isObject(memberOf(error, '$retryable')) ? true : undefined);
}

/** A failure that was read before, kept in the field `failure`. */
function isFailure(value: unknown): value is Failure {
  return isFailureKind(memberOf(value, 'kind')) && typeof memberOf(value, 'retryable') === 'boolean';
}
