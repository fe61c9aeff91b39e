import type { ReportedExecution } from 'tta-dev-primitives';
import { nameOf } from '../../data/text.ts';
import type { RequestStep } from '../../wire/index.ts';
import type { FactSheet } from './fact-sheet.ts';

const STATUS: Readonly<Record<ReportedExecution['status'], RequestStep['status']>> = {
  success: 'ok',
  error: 'failed',
  cancelled: 'cancelled',
  running: 'running',
};

/** The facts that say in a few words what a step did, by topic. */
const DETAILS: Readonly<Record<string, readonly string[]>> = {
  llm: ['llm.responseModel', 'llm.model'],
  cache: ['cache.outcome'],
  router: ['router.reason'],
  timeout: ['timeout.outcome'],
  retry: ['retry.outcome'],
  bulkhead: ['bulkhead.outcome'],
  circuit: ['circuit.outcome'],
  fallback: ['fallback.outcome'],
  cascade: ['cascade.outcome'],
  shadow: ['shadow.outcome'],
};

const NOTES: Readonly<Record<string, string>> = {
  llm: 'llm.failure',
  cache: 'cache.skipped',
  router: 'router.errorType',
  timeout: 'timeout.phase',
};

/** One row of the waterfall. */
export function stepOf(
  execution: ReportedExecution,
  facts: FactSheet,
  depth: number,
  route: string | undefined,
  topic: string,
): RequestStep {
  const isCall = topic === 'llm';
  const detail = DETAILS[topic]?.map((name) => facts.text(name)).find((text) => text !== undefined);
  const note = execution.status === 'success' ? undefined : facts.text(NOTES[topic] ?? '');
  const firstChunkMs = facts.number('llm.firstChunkMs');
  const cost = isCall ? (facts.number('llm.costUsd') ?? null) : undefined;
  return {
    depth,
    kind: execution.kind,
    name: nameOf(execution.name),
    ...(detail !== undefined && { detail: nameOf(detail.replaceAll('_', ' ')) }),
    startMs: execution.startedMs,
    durationMs: execution.durationMs,
    shape: execution.executions.length > 0 && !isCall ? 'container' : topic === 'bulkhead' ? 'waiting' : 'work',
    status: STATUS[execution.status],
    ...(isCall && { route: nameOf(route ?? facts.text('llm.model') ?? execution.name) }),
    ...(firstChunkMs !== undefined && { firstChunkMs }),
    ...(note !== undefined && { note: note.replaceAll('_', ' ') }),
    ...(cost !== undefined && { costUsd: cost }),
  };
}
