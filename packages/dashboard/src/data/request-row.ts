import type { Usage } from 'tta-observability-integration/llm';
import type { CacheWord, RequestRow } from '../wire/index.ts';
import { isFromCache } from './outcome.ts';
import type { SeenRequest } from './seen-request.ts';

type Complete = { readonly [Name in keyof Required<RequestRow>]: RequestRow[Name] | undefined };

/** The line of a request in the table. */
export function rowOf(seen: SeenRequest, seq: number): RequestRow {
  const { names, money, calls, status, failure, answeredBy, route, model, why } = seen;
  const { tokensIn, tokensOut, tokensCached } = usageOf(seen);
  const row: Complete = {
    seq,
    id: names.id,
    atMs: seen.startedAtMs,
    workflow: seen.workflow,
    tenant: names.tenant,
    status,
    failure,
    answeredBy,
    route,
    model,
    why,
    cache: cacheWordOf(seen),
    attempts: calls.length,
    firstChunkMs: seen.firstChunkMs,
    totalMs: seen.durationMs,
    tokensIn,
    tokensOut,
    tokensCached,
    costUsd: money.costUsd,
    baselineUsd: money.baselineUsd,
    savedUsd: money.savedUsd,
  };
  return row as RequestRow; // JSON leaves out what is undefined, and objects of one shape cost less to make
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
