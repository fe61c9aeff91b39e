import type { ReportedExecution } from 'tta-dev-primitives';
import type { Usage } from 'tta-observability-integration/llm';
import type { SeenLookup, SeenStore } from '../../data/seen-request.ts';
import { fieldsOf, numberIn } from './fact-fields.ts';
import type { FactSheet } from './fact-sheet.ts';

/** What a lookup says beyond its line in a ledger. */
export function readLookup(
  { durationMs }: ReportedExecution,
  facts: FactSheet,
): Pick<SeenLookup, 'durationMs' | 'usage' | 'store'> {
  return { durationMs, usage: facts.last('cache.usage') as Usage | undefined, store: storeOf(facts) };
}

function storeOf(facts: FactSheet): SeenStore | undefined {
  const size = fieldsOf(facts.last('cache.storeSize'));
  const [entries, bytes, maxBytes] = [numberIn(size, 'entries'), numberIn(size, 'bytes'), numberIn(size, 'maxBytes')];
  if (entries === undefined || bytes === undefined || maxBytes === undefined) return undefined;
  return { entries, bytes, maxBytes, isNear: size['tier'] === 'near' };
}
