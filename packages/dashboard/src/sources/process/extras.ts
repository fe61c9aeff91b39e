import type { ReportedExecution } from 'tta-dev-primitives';
import type { RequestStep } from '../../wire/index.ts';
import type { Extras } from '../entry/seen-of-entry.ts';
import { FactSheet } from './fact-sheet.ts';
import { readLimit, readPlaces } from './read-limits.ts';
import { readLookup } from './read-lookup.ts';
import { readBreaker, readQueue, readRetry, readStoreState } from './read-resilience.ts';
import { plainStepOf, stepOf } from './read-step.ts';

/** How many steps of a request are kept for its waterfall. */
const MAX_STEPS = 500;

/** How deep the tree of executions is followed. */
const MAX_DEPTH = 100;

type Mutable<List> = List extends readonly (infer Item)[] ? Item[] : List;
type Found = { -readonly [Name in keyof Extras]: Mutable<Extras[Name]> };

/** What the executions of a request say that is not in its line of a ledger, in one pass. */
export function extrasIn(executions: readonly ReportedExecution[], startedAtMs: number): Extras {
  const found: Found = {
    steps: [],
    lookups: [],
    retries: [],
    queued: [],
    states: [],
    places: [],
    limits: [],
    chunks: [],
    shadow: undefined,
  };
  for (const execution of executions)
    visit(execution, { found, startedAtMs, depth: 0, route: undefined, isInCall: false });
  return found;
}

interface Place {
  readonly found: Found;
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
  const { executions, facts } = execution;
  const at = found.steps.length;
  const hasRoom = at < MAX_STEPS;
  const first = facts[0];
  let topic = '';
  let routes: readonly string[] = NO_ROUTES;
  if (first === undefined) {
    // The function that a model call wraps shows nothing that the call does not.
    if (hasRoom && !place.isInCall) found.steps.push(plainStepOf(execution, depth));
  } else {
    topic = first.name.slice(0, first.name.indexOf('.'));
    const sheet = new FactSheet(execution);
    READERS[topic]?.(execution, sheet, place);
    if (hasRoom) found.steps.push(stepOf(execution, sheet, depth, route, topic));
    if (topic === 'router') routes = calledRoutes(sheet);
  }
  if (executions.length > 0) visitParts(executions, place, topic, routes);
  if (depth === 0 || topic === 'router') addUp(found.steps, at);
}

const NO_ROUTES: readonly string[] = [];

function visitParts(
  executions: readonly ReportedExecution[],
  { found, startedAtMs, depth, route }: Place,
  topic: string,
  routes: readonly string[],
): void {
  const last = routes.at(-1) ?? route;
  const place = { found, startedAtMs, depth: depth + 1, route: last, isInCall: topic === 'llm' };
  for (let index = 0; index < executions.length; index += 1) {
    const part = executions[index] as ReportedExecution;
    visit(part, index < routes.length ? { ...place, route: routes[index] } : place);
  }
}

/** Gives a step that contains calls what they cost together. */
function addUp(steps: RequestStep[], at: number): void {
  const step = steps[at];
  if (step === undefined || step.route !== undefined) return;
  let total: number | null | undefined;
  for (let call = at + 1; call < steps.length; call += 1) {
    const { route, costUsd = null } = steps[call] as RequestStep;
    if (route !== undefined) total = total === null || costUsd === null ? null : (total ?? 0) + costUsd;
  }
  if (total !== undefined) steps[at] = { ...step, costUsd: total };
}

/** The routes that a router called, one for each part of its execution. One that was unavailable was named and not called. */
function calledRoutes(facts: FactSheet): string[] {
  const unavailable = new Set<unknown>();
  for (const left of facts.all('router.fallback')) {
    const { route, errorType } = left as { route?: unknown; errorType?: unknown };
    if (errorType === 'unavailable') unavailable.add(route);
  }
  return [...facts.all('router.route')].filter((route) => !unavailable.has(route)).map(String);
}

type Reader = (execution: ReportedExecution, facts: FactSheet, place: Place) => void;

const READERS: Readonly<Record<string, Reader>> = {
  cache(execution, facts, { found, startedAtMs }) {
    if (!facts.has('cache.outcome')) return;
    found.lookups.push(readLookup(execution, facts));
    add(found.states, readStoreState(execution, facts, startedAtMs + execution.startedMs));
  },
  timeout(_, facts, { found }) {
    found.idleLimitMs ??= facts.number('timeout.idleMs');
    const lagMs = facts.number('timeout.lagMs');
    if (lagMs !== undefined) found.lagMs = Math.max(found.lagMs ?? 0, lagMs);
  },
  retry(execution, facts, { found }) {
    add(found.retries, readRetry(execution, facts));
  },
  bulkhead(execution, facts, { found }) {
    add(found.queued, readQueue(execution, facts));
    add(found.places, readPlaces(execution, facts));
  },
  limit(execution, facts, { found }) {
    add(found.limits, readLimit(execution, facts));
  },
  circuit(execution, facts, { found, startedAtMs }) {
    add(found.states, readBreaker(execution, facts, startedAtMs + execution.startedMs + execution.durationMs));
  },
  llm(execution, facts, { found, startedAtMs }) {
    const atMs = facts.last('llm.chunksAtMs');
    if (Array.isArray(atMs)) found.chunks.push({ startedAtMs: startedAtMs + execution.startedMs, atMs });
  },
  scoreDrift(_, facts, { found }) {
    found.drift = facts.number('scoreDrift.index') ?? found.drift;
  },
  shadow(_, facts, { found }) {
    if (facts.text('shadow.outcome') !== 'compared') return;
    const { answer, baseline } = (facts.last('shadow.qualities') ?? {}) as { answer?: unknown; baseline?: unknown };
    const isAsGood = typeof answer === 'number' && typeof baseline === 'number' ? answer >= baseline : undefined;
    found.shadow = { costUsd: facts.number('shadow.costUsd') ?? null, isAsGood };
  },
};

function add<Value>(list: Value[], value: Value | undefined): void {
  if (value !== undefined) list.push(value);
}
