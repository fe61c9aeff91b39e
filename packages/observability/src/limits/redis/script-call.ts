import { systemClock } from 'tta-dev-primitives/internal';
import type { LimitKind, LimitRefusal, LimitRequest } from '../limit-store.ts';

/** What the script that reserves has decided. */
export interface Decision {
  /** Undefined if the request was let through. */
  readonly refusal: LimitRefusal | undefined;
  /** The window of the budget that the request counts in; -1 if there is no budget. */
  readonly windowIndex: number;
}

const KINDS: readonly string[] = ['requests', 'tokens', 'concurrent', 'budget'] satisfies LimitKind[];

/** What is asked to find out whether a server can be used. It counts under a key of its own. */
export const TRIAL_REQUEST: LimitRequest = {
  key: 'trial',
  limits: { requestsPerMinute: 1e6, tokensPerMinute: 1e6, concurrent: 1e6, budget: { limitUsd: 1, windowMs: 60_000 } },
  expected: { tokens: 0, costUsd: 0, isGuess: false },
  clock: systemClock,
};

/** What the request reserves: whole tokens, and US dollars up to the whole budget. */
export function reservedBy({ limits, expected }: LimitRequest): { readonly tokens: number; readonly costUsd: number } {
  return { tokens: Math.ceil(expected.tokens), costUsd: Math.min(expected.costUsd, limits.budget?.limitUsd ?? 0) };
}

/** The parameters of the script that reserves. */
export function parametersOf(request: LimitRequest, id: string, leaseMs: number): readonly string[] {
  const { limits, expected } = request;
  const { requestsPerMinute, tokensPerMinute, concurrent, budget } = limits;
  const isPriceKnown = expected.costUsd !== Infinity;
  return [
    id,
    reservedBy(request).tokens,
    isPriceKnown ? expected.costUsd : (budget?.limitUsd ?? 0),
    expected.isGuess ? 1 : 0,
    ...[requestsPerMinute, tokensPerMinute, concurrent, budget?.limitUsd].map(limitOrNone),
    (budget?.windowMs ?? 1) * 1_000,
    leaseMs * 1_000,
    expected.isGuess || !isPriceKnown ? 1 : 0,
  ].map(String);
}

/** @throws TypeError if it is no reply of the script */
export function decisionOf(reply: unknown): Decision {
  if (!Array.isArray(reply) || reply.length !== 5) throw new TypeError('protocol error: not a reply of the script');
  const [isAllowed, limit, waitUs, isTooLarge, windowIndex] = reply as readonly unknown[];
  if (Number(isAllowed) === 1) return { refusal: undefined, windowIndex: Number(windowIndex) };
  const kind = String(limit);
  if (!KINDS.includes(kind)) throw new TypeError('protocol error: a limit that does not exist');
  const refusal: LimitRefusal = {
    isAllowed: false,
    isLocal: false,
    limit: kind as LimitKind, // one of them
    retryAfterMs: Number(waitUs) / 1_000,
    isTooLarge: Number(isTooLarge) === 1,
  };
  return { refusal, windowIndex: Number(windowIndex) };
}

function limitOrNone(limit: number | undefined): number {
  return limit === undefined || limit === Infinity ? -1 : limit;
}
