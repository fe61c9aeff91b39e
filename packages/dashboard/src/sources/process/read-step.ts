import type { ReportedExecution } from 'tta-dev-primitives';
import { strategyTitle } from '../../data/strategy-title.ts';
import { nameOf } from '../../data/text.ts';
import type { RequestStep } from '../../wire/index.ts';
import type { FactSheet } from './fact-sheet.ts';

const STATUS: Readonly<Record<ReportedExecution['status'], RequestStep['status']>> = {
  success: 'ok',
  error: 'failed',
  cancelled: 'cancelled',
  running: 'running',
};

/** The facts that say in a word what a step did, by topic. */
const DETAILS: Readonly<Record<string, string>> = {
  cache: 'cache.outcome',
  router: 'router.reason',
  limit: 'limit.outcome',
  timeout: 'timeout.outcome',
  retry: 'retry.outcome',
  bulkhead: 'bulkhead.outcome',
  circuit: 'circuit.outcome',
  fallback: 'fallback.outcome',
  cascade: 'cascade.outcome',
  shadow: 'shadow.outcome',
};

/** Outcomes that go without saying. */
const USUAL: ReadonlySet<string> = new Set(['success', 'admitted', 'allowed']);

const NOTES: Readonly<Record<string, string>> = {
  llm: 'llm.failure',
  cache: 'cache.skipped',
  router: 'router.errorType',
  timeout: 'timeout.phase',
};

/** The row of a step that states nothing; most steps of a long workflow are like this. */
export function plainStepOf(execution: ReportedExecution, depth: number): RequestStep {
  return {
    depth,
    kind: execution.kind,
    name: nameOf(execution.name),
    startMs: execution.startedMs,
    durationMs: execution.durationMs,
    shape: execution.executions.length > 0 ? 'container' : 'work',
    status: STATUS[execution.status],
  };
}

/** One row of the waterfall. */
export function stepOf(
  execution: ReportedExecution,
  facts: FactSheet,
  depth: number,
  route: string | undefined,
  topic: string,
): RequestStep {
  const isCall = topic === 'llm';
  const note = execution.status === 'success' ? undefined : facts.text(NOTES[topic] ?? '');
  const firstChunkMs = facts.number('llm.firstChunkMs');
  const waits = WAITS[topic]?.(execution, facts) ?? [];
  const cost = isCall ? (facts.number('llm.costUsd') ?? null) : undefined;
  return {
    depth,
    kind: execution.kind,
    ...(isCall ? callLabel(execution, facts, route) : labelOf(execution, facts, topic)),
    startMs: execution.startedMs,
    durationMs: execution.durationMs,
    shape: execution.executions.length > 0 && !isCall ? 'container' : topic === 'bulkhead' ? 'waiting' : 'work',
    status: STATUS[execution.status],
    ...(isCall && { route: nameOf(route ?? facts.text('llm.model') ?? execution.name) }),
    ...(firstChunkMs !== undefined && { firstChunkMs }),
    ...(waits.length > 0 && { waits }),
    ...(note !== undefined && { note: words(note) }),
    ...(cost !== undefined && { costUsd: cost }),
  };
}

type Waits = NonNullable<RequestStep['waits']>;

/** When primitives waited before, or between, the steps that they contain. */
const WAITS: Readonly<Record<string, (execution: ReportedExecution, facts: FactSheet) => Waits>> = {
  bulkhead({ startedMs, executions }, facts) {
    const queuedMs = facts.number('bulkhead.queuedMs') ?? 0;
    return queuedMs > 0 && executions.length > 0 ? [{ startMs: startedMs, durationMs: queuedMs }] : [];
  },
  retry({ executions }) {
    return executions.slice(1).flatMap(({ startedMs }, at) => {
      const before = executions[at] as ReportedExecution;
      const endedMs = before.startedMs + before.durationMs;
      return startedMs > endedMs ? [{ startMs: endedMs, durationMs: startedMs - endedMs }] : [];
    });
  },
};

type Label = Pick<RequestStep, 'name' | 'detail'>;

/** A call is called by its route, and the model behind it. */
function callLabel({ name }: ReportedExecution, facts: FactSheet, route: string | undefined): Label {
  const model = facts.text('llm.responseModel') ?? facts.text('llm.model');
  const shown = route ?? model ?? name;
  return { name: nameOf(shown), ...(model !== undefined && model !== shown && { detail: nameOf(model) }) };
}

/** A primitive is called by its kind, with its operation and what it did. */
function labelOf({ name, kind }: ReportedExecution, facts: FactSheet, topic: string): Label {
  const strategy = topic === 'router' ? facts.text('router.strategy') : undefined;
  const word = facts.text(DETAILS[topic] ?? '') ?? '';
  const operation = facts.text(`${topic}.operation`) ?? name;
  const waited = facts.number('bulkhead.queuedMs') ?? 0;
  const details = [
    operation === kind ? '' : operation,
    strategy !== undefined ? strategyTitle(strategy) : USUAL.has(word) ? '' : words(word),
    waited >= 1 ? `waited ${Math.round(waited)} ms` : '',
  ].filter(Boolean);
  return { name: words(kind), ...(details.length > 0 && { detail: nameOf(details.join(', ')) }) };
}

function words(text: string): string {
  return text.replaceAll('_', ' ');
}
