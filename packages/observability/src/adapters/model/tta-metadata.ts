import type { ExecutionRecord, StatedFact } from 'tta-dev-primitives/internal';
import { isCall } from '../../llm/call/facts.ts';
import { savingOf, sumOrUnknown } from '../../llm/money/ledger/savings.ts';

/** What became of a call. */
export interface TtaMetadata {
  /** The route that answered; missing without a router, and for a hit. */
  readonly route?: string;
  /** Whether a cache has answered, if there is one. */
  readonly cacheOutcome?: string;
  /** What its calls of models cost, in US dollars; null if unknown, 0 for a hit. */
  readonly costUsd: number | null;
  /** What caches and routers saved, less what they lost, in US dollars; null if unknown. */
  readonly savedUsd: number | null;
}

/** What became of a call, by what was stated beneath it; call it when the answer has ended. */
export function metadataOf(record: ExecutionRecord): TtaMetadata {
  const facts: StatedFact[] = [];
  record.forEachFact((name, value) => facts.push({ name, value } as StatedFact)); // each name comes with its own value
  const route = record.factsOf('router.route').at(-1);
  const cacheOutcome = record.factsOf('cache.outcome')[0];
  const calls = record.factsOf('llm.outcome').filter(isCall).length;
  const costs = record.factsOf('llm.costUsd');
  return {
    ...(route !== undefined && { route }),
    ...(cacheOutcome !== undefined && { cacheOutcome }),
    costUsd: costs.length < calls ? null : sumOrUnknown(costs),
    savedUsd: sumOrUnknown(facts.map(savingOf).flatMap((saving) => (saving === undefined ? [] : [saving.usd]))),
  };
}
