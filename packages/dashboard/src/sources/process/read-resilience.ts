import type { ReportedExecution } from 'tta-dev-primitives';
import type { SeenQueue, SeenRetry, SeenState, SeenTimeout } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import { FactSheet } from './fact-sheet.ts';

const PHASES: ReadonlySet<unknown> = new Set(['hard', 'first_chunk', 'idle', 'total']);

export function readTimeout(execution: ReportedExecution): SeenTimeout | undefined {
  const facts = new FactSheet(execution);
  const limitMs = facts.number('timeout.limitMs');
  if (limitMs === undefined) return undefined;
  const outcome = facts.text('timeout.outcome');
  const phase = facts.last('timeout.phase');
  return {
    operation: nameOf(facts.text('timeout.operation') ?? execution.name),
    limitMs,
    graceMs: facts.number('timeout.graceMs') ?? null,
    phase: outcome === 'late_success' ? 'late' : outcome === 'timeout' ? phaseOf(phase) : undefined,
    lagMs: facts.number('timeout.lagMs'),
  };
}

/** A timeout whose work stopped at the soft deadline counts as given up, too. */
function phaseOf(phase: unknown): SeenTimeout['phase'] {
  return PHASES.has(phase) ? (phase as SeenTimeout['phase']) : 'hard';
}

export function readRetry(execution: ReportedExecution): SeenRetry | undefined {
  const facts = new FactSheet(execution);
  const outcome = facts.text('retry.outcome');
  if (outcome === undefined) return undefined;
  return {
    operation: nameOf(facts.text('retry.operation') ?? execution.name),
    outcome,
    attempts: facts.number('retry.attempts') ?? 1,
    delaysMs: [...facts.all('retry.delayMs')].filter((delay) => typeof delay === 'number'),
  };
}

export function readQueue(execution: ReportedExecution): SeenQueue | undefined {
  const facts = new FactSheet(execution);
  const outcome = facts.text('bulkhead.outcome');
  if (outcome === undefined) return undefined;
  const name = nameOf(facts.text('bulkhead.operation') ?? execution.name);
  return { name, outcome, waitedMs: facts.number('bulkhead.queuedMs') };
}

const CIRCUITS: Readonly<Record<string, SeenState['state']>> = {
  closed: 'closed',
  open: 'open',
  half_open: 'half_open',
  isolated: 'open',
};

export function readBreaker(execution: ReportedExecution, atMs: number): SeenState | undefined {
  const facts = new FactSheet(execution);
  const state = CIRCUITS[facts.text('circuit.state') ?? ''];
  if (state === undefined) return undefined;
  return { kind: 'breaker', name: nameOf(facts.text('circuit.operation') ?? execution.name), state, atMs };
}
