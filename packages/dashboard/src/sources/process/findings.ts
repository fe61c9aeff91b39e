import type { ReportedExecution } from 'tta-dev-primitives';
import type { SeenLookup, SeenQueue, SeenRetry, SeenShadow, SeenState, SeenTimeout } from '../../data/seen-request.ts';
import type { RequestStep } from '../../wire/index.ts';
import { FactSheet } from './fact-sheet.ts';
import { readCall, type TimedCall } from './read-call.ts';
import { type ReadDecision, readDecision } from './read-decision.ts';
import { readLookup, readStoreState } from './read-lookup.ts';
import { readBreaker, readQueue, readRetry, readTimeout } from './read-resilience.ts';
import { stepOf } from './read-step.ts';

/** How many steps of a request are kept for its waterfall. */
const MAX_STEPS = 500;

/** How deep the tree of executions is followed. */
const MAX_DEPTH = 100;

/** What the executions of one request have stated, by what it is. */
export interface Findings {
  readonly calls: TimedCall[];
  readonly lookups: SeenLookup[];
  readonly decisions: ReadDecision[];
  readonly timeouts: SeenTimeout[];
  readonly retries: SeenRetry[];
  readonly queued: SeenQueue[];
  readonly states: SeenState[];
  readonly steps: RequestStep[];
  /** The route of the outermost router. */
  route?: string;
  cascadeUsd?: number | null | undefined;
  shadow?: SeenShadow;
  stream?: { readonly chunks: number; readonly gapP50Ms: number | null; readonly longestGapMs: number | null };
}

/** Goes through the executions of a request once. */
export function findingsIn(executions: readonly ReportedExecution[], startedAtMs: number): Findings {
  const found: Findings = {
    ...{ calls: [], lookups: [], decisions: [], timeouts: [], retries: [], queued: [], states: [], steps: [] },
  };
  for (const execution of executions)
    visit(execution, { found, startedAtMs, depth: 0, route: undefined, isInCall: false });
  return found;
}

interface Place {
  readonly found: Findings;
  readonly startedAtMs: number;
  readonly depth: number;
  /** The route that the nearest router took to get here. */
  readonly route: string | undefined;
  /** Whether a call of a model contains it. */
  readonly isInCall: boolean;
}

function visit(execution: ReportedExecution, place: Place): void {
  const { found, depth, route } = place;
  if (depth > MAX_DEPTH) return;
  const topic = execution.facts[0]?.name.split('.', 1)[0] ?? '';
  const routes = READERS[topic]?.(execution, place);
  const isPlain = place.isInCall && topic === ''; // the function that a model call wraps shows nothing that the call does not
  if (found.steps.length < MAX_STEPS && !isPlain) found.steps.push(stepOf(execution, depth, route, topic));
  const { executions } = execution;
  for (let at = 0; at < executions.length; at += 1) {
    const part = executions[at] as ReportedExecution;
    visit(part, {
      ...place,
      depth: depth + 1,
      route: routes?.[at] ?? routes?.at(-1) ?? route,
      isInCall: topic === 'llm',
    });
  }
}

/** Reads the executions of one topic; a router says which route each of its parts belongs to. */
type Reader = (execution: ReportedExecution, place: Place) => readonly string[] | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  llm(execution, { found, route }) {
    add(found.calls, readCall(execution, route));
    return undefined;
  },
  cache(execution, { found, startedAtMs }) {
    add(found.lookups, readLookup(execution));
    add(found.states, readStoreState(execution, startedAtMs + execution.startedMs));
    return undefined;
  },
  router(execution, { found }) {
    const decision = readDecision(execution);
    add(found.decisions, decision);
    if (decision !== undefined) found.route ??= decision.decision.route;
    return decision?.called;
  },
  cascade(execution, { found }) {
    const facts = new FactSheet(execution);
    const saved = facts.usd('cascade.savedUsd', 'cascade.unpriced');
    if (saved !== undefined)
      found.cascadeUsd = saved === null || found.cascadeUsd === null ? null : saved + (found.cascadeUsd ?? 0);
    const stages = [...facts.all('cascade.stage')].map(String);
    if (stages.length > 0) found.route ??= stages.at(-1) as string;
    return stages;
  },
  timeout(execution, { found }) {
    add(found.timeouts, readTimeout(execution));
    return undefined;
  },
  retry(execution, { found }) {
    add(found.retries, readRetry(execution));
    return undefined;
  },
  bulkhead(execution, { found }) {
    add(found.queued, readQueue(execution));
    return undefined;
  },
  circuit(execution, { found, startedAtMs }) {
    add(found.states, readBreaker(execution, startedAtMs + execution.startedMs + execution.durationMs));
    return undefined;
  },
  shadow(execution, { found }) {
    const facts = new FactSheet(execution);
    if (facts.text('shadow.outcome') !== 'compared') return undefined;
    const qualities = facts.last('shadow.qualities') as { answer?: unknown; baseline?: unknown } | undefined;
    const { answer, baseline } = qualities ?? {};
    const isAsGood = typeof answer === 'number' && typeof baseline === 'number' ? answer >= baseline : undefined;
    found.shadow = { costUsd: facts.number('shadow.costUsd') ?? null, isAsGood };
    return undefined;
  },
};

function add<Value>(list: Value[], value: Value | undefined): void {
  if (value !== undefined) list.push(value);
}
