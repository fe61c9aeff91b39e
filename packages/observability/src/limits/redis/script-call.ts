import { systemClock } from 'tta-dev-primitives/internal';
import type { LimitKind, LimitRefusal, LimitRequest, LimitUse } from '../limit-store.ts';
import type { CountedUse } from '../uses-of.ts';

const KINDS: readonly string[] = ['requests', 'tokens', 'concurrent', 'budget'] satisfies LimitKind[];

/** What is asked to find out whether a server can be used. It counts under a key of its own. */
export const TRIAL_REQUEST: LimitRequest = {
  key: 'trial',
  limits: { requestsPerMinute: 1e6, tokensPerMinute: 1e6, concurrent: 1e6, budget: { limitUsd: 1, windowMs: 60_000 } },
  expected: { tokens: 0, costUsd: 0, isGuess: false },
  clock: systemClock,
};

/** The parameters of the script that reserves. */
export function parametersOf(request: LimitRequest, id: string, leaseMs: number): readonly string[] {
  const { limits, expected } = request;
  const { requestsPerMinute, tokensPerMinute, concurrent, budget } = limits;
  const isPriceKnown = expected.costUsd !== Infinity;
  return [
    id,
    tokensOf(request),
    isPriceKnown ? expected.costUsd : (budget?.limitUsd ?? 0),
    expected.isGuess ? 1 : 0,
    ...[requestsPerMinute, tokensPerMinute, concurrent, budget?.limitUsd].map(limitOrNone),
    (budget?.windowMs ?? 1) * 1_000,
    leaseMs * 1_000,
    expected.isGuess || !isPriceKnown ? 1 : 0,
  ].map(String);
}

/**
 * The parameters of the script that settles.
 *
 * @param used - undefined for a request that was never made
 */
export function settlementOf(request: LimitRequest, id: string, used: LimitUse | undefined): readonly string[] {
  const { tokens, costUsd } = used ?? NEVER_MADE;
  return [id, tokensOf(request), Math.ceil(tokens), costUsd].map(String);
}

/** The argument by which the settling script takes a request back. */
const NEVER_MADE: LimitUse = { tokens: -1, costUsd: 0 };

/**
 * What the script that reserves has decided: a refusal, or undefined.
 *
 * @throws TypeError if it is no reply of the script
 */
export function refusalIn(reply: unknown): LimitRefusal | undefined {
  const [isAllowed, limit, waitUs, isTooLarge] = fieldsOf(reply);
  if (Number(isAllowed) === 1) return undefined;
  const kind = String(limit);
  if (!KINDS.includes(kind)) throw new TypeError('protocol error: a limit that does not exist');
  return {
    isAllowed: false,
    isLocal: false,
    limit: kind as LimitKind, // one of them
    retryAfterMs: Number(waitUs) / 1_000,
    isTooLarge: Number(isTooLarge) === 1,
  };
}

/**
 * What counts for the key of a request that was let through, with what it is expected to use.
 *
 * @throws TypeError if it is no reply of the script
 */
export function countedIn(reply: unknown): CountedUse {
  const [requests, tokens, concurrent, spentUsd, endsAtUs] = fieldsOf(reply).slice(REFUSAL_FIELDS).map(Number);
  if (endsAtUs === undefined) throw new TypeError('protocol error: not a reply of the script');
  const count = (value: number | undefined): number => value ?? 0;
  return {
    requests: count(requests),
    tokens: count(tokens),
    concurrent: count(concurrent),
    spentUsd: count(spentUsd),
    endsAtMs: endsAtUs / 1_000,
  };
}

/** The same when the request has ended; one that was never made takes back what it was expected to use. */
export function countedAfter(counted: CountedUse, request: LimitRequest, used: LimitUse | undefined): CountedUse {
  const { limits, expected } = request;
  const { tokens, costUsd } = used ?? { tokens: 0, costUsd: 0 };
  const reservedUsd = Math.min(expected.costUsd, limits.budget?.limitUsd ?? 0);
  return {
    ...counted,
    requests: (counted.requests ?? 0) - (used === undefined ? 1 : 0),
    tokens: (counted.tokens ?? 0) - tokensOf(request) + Math.ceil(tokens),
    concurrent: (counted.concurrent ?? 0) - 1,
    spentUsd: Math.max(0, (counted.spentUsd ?? 0) - reservedUsd + costUsd),
  };
}

/** A refusal has so many fields; an admission has what counts behind them. */
const REFUSAL_FIELDS = 4;

function fieldsOf(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply) || reply.length < REFUSAL_FIELDS)
    throw new TypeError('protocol error: not a reply of the script');
  return reply;
}

/** Redis counts whole tokens. */
function tokensOf({ expected }: LimitRequest): number {
  return Math.ceil(expected.tokens);
}

function limitOrNone(limit: number | undefined): number {
  return limit === undefined || limit === Infinity ? -1 : limit;
}
