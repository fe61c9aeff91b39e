import type { ReportedExecution } from 'tta-dev-primitives';
import type { SeenQueue, SeenRetry, SeenState } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import type { FactSheet } from './fact-sheet.ts';

export function readRetry({ name }: ReportedExecution, facts: FactSheet): SeenRetry | undefined {
  const outcome = facts.text('retry.outcome');
  if (outcome === undefined) return undefined;
  return {
    operation: nameOf(facts.text('retry.operation') ?? name),
    outcome,
    attempts: facts.number('retry.attempts') ?? 1,
    delaysMs: [...facts.all('retry.delayMs')].filter((delay) => typeof delay === 'number'),
  };
}

export function readQueue({ name }: ReportedExecution, facts: FactSheet): SeenQueue | undefined {
  const outcome = facts.text('bulkhead.outcome');
  if (outcome === undefined) return undefined;
  const operation = nameOf(facts.text('bulkhead.operation') ?? name);
  return { name: operation, outcome, waitedMs: facts.number('bulkhead.queuedMs') };
}

const CIRCUITS: Readonly<Record<string, SeenState['state']>> = {
  closed: 'closed',
  open: 'open',
  half_open: 'half_open',
  isolated: 'open',
};

/** What the circuit was when the execution had ended. */
export function readBreaker({ name }: ReportedExecution, facts: FactSheet, atMs: number): SeenState | undefined {
  const state = CIRCUITS[facts.text('circuit.state') ?? ''];
  if (state === undefined) return undefined;
  const isRefused = facts.text('circuit.outcome') === 'rejected';
  return { kind: 'breaker', name: nameOf(facts.text('circuit.operation') ?? name), state, atMs, isRefused };
}

/** Outcomes of a lookup for which the store was asked. */
const ASKED: ReadonlySet<string> = new Set(['hit', 'miss', 'stale']);

/**
 * What a lookup says about the store of its cache: its breaker's state where that changed, or else whether it could be used. A lookup that
 * needed no store, or only the near tier, says nothing.
 */
export function readStoreState({ name }: ReportedExecution, facts: FactSheet, atMs: number): SeenState | undefined {
  const cause = facts.text('cache.unavailable') ?? facts.text('cache.storeError');
  const changed = CIRCUITS[facts.text('cache.breakerState') ?? ''];
  const isAsked = ASKED.has(facts.text('cache.outcome') ?? '') && facts.text('cache.tier') !== 'near';
  if (changed === undefined && cause === undefined && !isAsked) return undefined;
  const state = changed ?? (cause === undefined ? 'closed' : 'open');
  return { kind: 'store', name: nameOf(facts.text('cache.operation') ?? name), state, atMs, cause };
}
