import type { LedgerLookup, LedgerTimeout } from './entry.ts';
import { everyFact, type Placed } from './placed.ts';
import { savingOf, sumOrUnknown } from './savings.ts';
import { withoutMissing } from './without-missing.ts';

/** The lookups of all caches, in the order in which they began. */
export function lookupsIn(placed: readonly Placed[]): LedgerLookup[] {
  return placed.flatMap(({ execution, stated }) => {
    const outcome = stated['cache.outcome'];
    if (outcome === undefined) return [];
    const saved = execution.facts.flatMap((fact) => savingOf(fact) ?? []);
    return withoutMissing<LedgerLookup>({
      operation: stated['cache.operation'] ?? execution.name,
      outcome,
      tier: stated['cache.tier'],
      model: stated['cache.model'],
      ageMs: stated['cache.ageMs'],
      skipped: stated['cache.skipped'],
      staleBecause: stated['cache.staleServed'],
      storeError: stated['cache.storeError'] ?? stated['cache.unavailable'] ?? stated['cache.writeFailed'],
      refreshed: stated['cache.refreshed'],
      savedUsd: saved.length === 0 ? undefined : sumOrUnknown(saved.map(({ usd }) => usd)),
    });
  });
}

/** All timeouts, in the order in which they began. */
export function timeoutsIn(placed: readonly Placed[]): LedgerTimeout[] {
  return placed.flatMap(({ execution, stated }) => {
    const outcome = stated['timeout.outcome'];
    if (outcome === undefined) return [];
    return withoutMissing<LedgerTimeout>({
      operation: stated['timeout.operation'] ?? execution.name,
      outcome,
      phases: everyFact(execution, 'timeout.phase'),
      limitMs: stated['timeout.limitMs'],
      graceMs: stated['timeout.graceMs'],
    });
  });
}
