import type { ReportedExecution } from 'tta-dev-primitives';
import type { SeenLimit, SeenPlaces } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import { type Fields, fieldsOf, numberIn } from './fact-fields.ts';
import type { FactSheet } from './fact-sheet.ts';

/** How many limits of one execution are read. */
const MAX_USES = 10;

/** How full a bulkhead was when the execution had ended. */
export function readPlaces({ name }: ReportedExecution, facts: FactSheet): SeenPlaces | undefined {
  const places = fieldsOf(facts.last('bulkhead.places'));
  const [running, queued] = [numberIn(places, 'running'), numberIn(places, 'queued')];
  if (running === undefined || queued === undefined) return undefined;
  const operation = nameOf(facts.text('bulkhead.operation') ?? name);
  const [maxRunning = null, maxQueued = null] = [numberIn(places, 'maxConcurrent'), numberIn(places, 'maxQueued')];
  return { name: operation, running, maxRunning, queued, maxQueued: maxQueued === 0 ? null : maxQueued };
}

/** What counted for the key of an execution when it had ended. */
export function readLimit({ name }: ReportedExecution, facts: FactSheet): SeenLimit | undefined {
  const { key, uses } = fieldsOf(facts.last('limit.state'));
  if (typeof key !== 'string' || !Array.isArray(uses)) return undefined;
  return {
    operation: nameOf(facts.text('limit.operation') ?? name),
    key: nameOf(key),
    uses: uses.slice(0, MAX_USES).flatMap((use) => useOf(fieldsOf(use))),
    refusedBy: facts.text('limit.refusedBy'),
  };
}

const LIMITS = ['requests', 'tokens', 'concurrent', 'budget'] as const;

function useOf(use: Fields): SeenLimit['uses'][number][] {
  const limit = LIMITS.find((one) => one === use['limit']);
  const allowed = numberIn(use, 'allowed');
  if (limit === undefined || allowed === undefined) return [];
  const [windowMs, endsAtMs] = [numberIn(use, 'windowMs'), numberIn(use, 'endsAtMs')];
  return [{ limit, used: numberIn(use, 'used') ?? null, allowed, windowMs, endsAtMs }];
}
