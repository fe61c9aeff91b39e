import type { Limits, LimitUsed } from './limit-store.ts';

const MINUTE_MS = 60_000;

/** The limits alone, of a key whose use is not known: a shared store is not asked for a report. */
export function unknownUses({ requestsPerMinute, tokensPerMinute, concurrent, budget }: Limits): readonly LimitUsed[] {
  const uses: LimitUsed[] = [];
  const add = (limit: LimitUsed['limit'], allowed = Infinity, windowMs?: number): void => {
    if (allowed !== Infinity) uses.push({ limit, used: null, allowed, windowMs });
  };
  add('requests', requestsPerMinute, MINUTE_MS);
  add('tokens', tokensPerMinute, MINUTE_MS);
  add('concurrent', concurrent);
  add('budget', budget?.limitUsd, budget?.windowMs);
  return uses;
}
