import type { ReportedExecution } from 'tta-dev-primitives';
import type { Usage } from 'tta-observability-integration/llm';
import type { SeenLookup, SeenState } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import type { CacheWord } from '../../wire/index.ts';
import { FactSheet } from './fact-sheet.ts';

const WORDS: Readonly<Record<string, CacheWord>> = {
  hit: 'hit',
  coalesced: 'shared',
  stale: 'stale',
  miss: 'miss',
  bypass: 'bypassed',
};

/** Reads one lookup of a cache; undefined when it has not said how it ended. */
export function readLookup(execution: ReportedExecution): SeenLookup | undefined {
  const facts = new FactSheet(execution);
  const word = WORDS[facts.text('cache.outcome') ?? ''];
  if (word === undefined) return undefined;
  const tier = facts.text('cache.tier');
  return {
    operation: nameOf(facts.text('cache.operation') ?? execution.name),
    word,
    durationMs: execution.durationMs,
    ageMs: facts.number('cache.ageMs'),
    skipped: facts.text('cache.skipped'),
    savedUsd: facts.usd('cache.savedUsd', 'cache.unpriced', (value) => (value as { usd?: unknown } | null)?.usd),
    tier: tier === 'near' || tier === 'far' ? tier : undefined,
    storeError: facts.text('cache.storeError') ?? facts.text('cache.unavailable'),
    usage: facts.last('cache.usage') as Usage | undefined,
  };
}

const STATES: Readonly<Record<string, SeenState['state']>> = { closed: 'closed', open: 'open', half_open: 'half_open' };

/** What the execution says about the store of its cache. */
export function readStoreState(execution: ReportedExecution, atMs: number): SeenState | undefined {
  const facts = new FactSheet(execution);
  const state = STATES[facts.text('cache.breakerState') ?? ''];
  const cause = facts.text('cache.unavailable') ?? facts.text('cache.storeError');
  if (state === undefined && cause === undefined) return undefined;
  const name = nameOf(facts.text('cache.operation') ?? execution.name);
  return { kind: 'store', name, state: state ?? (facts.has('cache.unavailable') ? 'open' : 'closed'), atMs, cause };
}
