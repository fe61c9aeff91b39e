import type { Usage } from 'tta-observability-integration/llm';
import type { CacheWord, RequestRow } from '../wire/index.ts';
import { isFromCache } from './outcome.ts';
import type { SeenRequest } from './seen-request.ts';

/** The line of a request in the table. */
export function rowOf(seen: SeenRequest, seq: number): RequestRow {
  const { names, money, calls, status, failure, answeredBy, route, model, why } = seen;
  const cache = cacheWordOf(seen);
  const usage = usageOf(seen);
  const { savedUsd } = money;
  return {
    seq,
    id: names.id,
    atMs: seen.startedAtMs,
    workflow: seen.workflow,
    ...(names.tenant !== undefined && { tenant: names.tenant }),
    status,
    ...(failure !== undefined && { failure }),
    ...(answeredBy !== undefined && { answeredBy }),
    ...(route !== undefined && { route }),
    ...(model !== undefined && { model }),
    ...(why !== undefined && { why }),
    ...(cache !== undefined && { cache }),
    attempts: calls.length,
    ...(seen.firstChunkMs !== undefined && { firstChunkMs: seen.firstChunkMs }),
    totalMs: seen.durationMs,
    ...usage,
    costUsd: money.costUsd,
    ...(money.baselineUsd !== undefined && { baselineUsd: money.baselineUsd }),
    ...(savedUsd !== undefined && { savedUsd }),
  };
}

/** The outcome that counts most: an answer from the cache before a miss. */
function cacheWordOf({ lookups }: SeenRequest): CacheWord | undefined {
  return (lookups.find(({ word }) => isFromCache(word)) ?? lookups[0])?.word;
}

type Tokens = Pick<RequestRow, 'tokensIn' | 'tokensOut' | 'tokensCached'>;

/** The tokens of all calls; null when one call does not say what it used. An answer from a cache shows what it had used. */
function usageOf({ calls, lookups }: SeenRequest): Tokens {
  const asked = calls.filter(({ failure }) => failure === undefined);
  if (asked.length === 0) {
    const reused = lookups.find(({ usage }) => usage !== undefined)?.usage;
    return reused === undefined ? {} : tokensOf([reused]);
  }
  const usages = asked.flatMap(({ usage }) => usage ?? []);
  if (usages.length < asked.length) return { tokensIn: null, tokensOut: null, tokensCached: null };
  return tokensOf(usages);
}

function tokensOf(usages: readonly Usage[]): Tokens {
  let [tokensIn, tokensOut, tokensCached] = [0, 0, 0];
  for (const usage of usages) {
    tokensIn += usage.inputTokens;
    tokensOut += usage.outputTokens;
    tokensCached += usage.cacheReadTokens ?? 0;
  }
  return { tokensIn, tokensOut, tokensCached };
}
