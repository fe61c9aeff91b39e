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
  return { kind: 'breaker', name: nameOf(facts.text('circuit.operation') ?? name), state, atMs };
}

/** What a lookup says about the store of its cache: its breaker's state where that changed, or else whether it could be used. */
export function readStoreState({ name }: ReportedExecution, facts: FactSheet, atMs: number): SeenState {
  const unavailable = facts.text('cache.unavailable');
  const cause = unavailable ?? facts.text('cache.storeError');
  const state = CIRCUITS[facts.text('cache.breakerState') ?? ''] ?? (cause === undefined ? 'closed' : 'open');
  return { kind: 'store', name: nameOf(facts.text('cache.operation') ?? name), state, atMs, cause };
}
