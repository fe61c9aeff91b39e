import type { LedgerEntry } from 'tta-observability-integration/llm';
import { isFromCache } from '../../data/outcome.ts';
import type { SeenCall, SeenLookup, SeenMoney, SeenRequest, SeenState, SeenTimeout } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import type { CacheWord, RequestNames, RequestStatus } from '../../wire/index.ts';
import { briefOf, decisionOf } from './decision.ts';
import { stepsOf } from './steps.ts';
import { type CallChunks, streamOf } from './stream.ts';

/** What a process knows of a request beyond its line in a ledger. */
export interface Extras
  extends Pick<SeenRequest, 'steps' | 'retries' | 'queued' | 'states' | 'places' | 'limits' | 'shadow' | 'drift'> {
  /** In the order of the lookups of the entry. */
  readonly lookups: readonly Pick<SeenLookup, 'durationMs' | 'usage' | 'store'>[];
  readonly lagMs?: number | undefined;
  /** The longest wait for a chunk that the outermost timeout allows. */
  readonly idleLimitMs?: number | undefined;
  /** When the chunks of streams came, by the call. */
  readonly chunks: readonly CallChunks[];
}

/** How many tags of a request are kept. */
const MAX_TAGS = 20;

/** Reads a line of a ledger. */
export function seenOf(entry: LedgerEntry, extras?: Extras): SeenRequest {
  const { attempts, startedAtMs, durationMs, decisions } = entry;
  const calls = attempts.map(callOf);
  const lookups = entry.lookups.map((lookup, index) => lookupOf(lookup, extras?.lookups[index]));
  const timeouts = entry.timeouts.flatMap((timeout) => timeoutOf(timeout, extras?.lagMs));
  const answering = attempts.findLast(({ status }) => status === 'success') ?? attempts.at(-1);
  const status = statusOf(entry, timeouts);
  const decision = decisions[0] === undefined ? undefined : decisionOf(decisions[0], entry.route);
  const model = answering === undefined ? undefined : modelOf(answering);
  const route = entry.route ?? (answering && callOf(answering).route);
  return {
    names: namesOf(entry),
    startedAtMs,
    durationMs,
    workflow: nameOf(entry.workflow),
    status,
    failure: entry.status === 'error' ? (status === 'timeout' ? 'timeout' : (entry.failure ?? 'unknown')) : undefined,
    answeredBy: entry.status === 'success' ? answeredBy(calls, lookups) : undefined,
    route: route && nameOf(route),
    model,
    why: decision && whyOf(decision),
    firstChunkMs: entry.firstChunkMs,
    group: entry.group,
    money: moneyOf(entry, extras?.shadow?.costUsd ?? undefined),
    calls,
    lookups,
    decision,
    timeouts,
    retries: extras?.retries ?? retriesOf(entry),
    queued: extras?.queued ?? [],
    states: [...(extras?.states ?? []), ...routeStatesOf(entry)],
    places: extras?.places ?? [],
    limits: extras?.limits ?? [],
    shadow: extras?.shadow,
    drift: extras?.drift,
    stream: answering && streamOf(answering, entry, status, extras),
    limitMs: timeouts[0]?.limitMs,
    steps: extras?.steps ?? stepsOf(entry),
  };
}

function whyOf(decision: NonNullable<SeenRequest['decision']>): SeenRequest['why'] {
  const { reason, text, score } = decision;
  return { reason, brief: briefOf(decision), text, ...(score !== undefined && { score }) };
}

function namesOf({ id, workflowId, tenantId, userId, sessionId, tags }: LedgerEntry): RequestNames {
  const named = tags === undefined ? [] : Object.entries(tags).slice(0, MAX_TAGS);
  return {
    id,
    workflowId: nameOf(workflowId),
    ...(tenantId !== undefined && { tenant: nameOf(tenantId) }),
    ...(userId !== undefined && { user: nameOf(userId) }),
    ...(sessionId !== undefined && { session: nameOf(sessionId) }),
    tags: Object.fromEntries(named.map(([name, value]) => [nameOf(name), nameOf(String(value))])),
  };
}

type Attempt = LedgerEntry['attempts'][number];

function modelOf({ responseModel, model }: Attempt): string | null {
  const name = responseModel ?? model;
  return name === undefined ? null : nameOf(name);
}

function callOf(attempt: Attempt): SeenCall {
  const { route, model, provider, durationMs, firstChunkMs, status, failure, usage, costUsd } = attempt;
  const answeredAs = modelOf(attempt);
  return {
    route: nameOf(route ?? model ?? answeredAs ?? 'model'),
    isRouted: route !== undefined,
    model: answeredAs,
    provider: provider ?? null,
    durationMs,
    firstChunkMs,
    failure: status === 'success' ? undefined : status === 'cancelled' ? 'cancelled' : (failure ?? 'unknown'),
    usage,
    costUsd,
  };
}

const WORDS: Readonly<Record<LedgerEntry['lookups'][number]['outcome'], CacheWord>> = {
  hit: 'hit',
  coalesced: 'shared',
  stale: 'stale',
  miss: 'miss',
  bypass: 'bypassed',
};

function lookupOf(lookup: LedgerEntry['lookups'][number], extra: Extras['lookups'][number] | undefined): SeenLookup {
  const { operation, outcome, model, ageMs, skipped, savedUsd, storeError } = lookup;
  const seen = { operation: nameOf(operation), word: WORDS[outcome], ageMs, skipped, savedUsd, storeError };
  return { ...seen, model: model && nameOf(model), ...extra };
}

/** A timeout that stopped its work with a limit of the step counts as stopped. */
function timeoutOf(timeout: LedgerEntry['timeouts'][number], lagMs: number | undefined): SeenTimeout[] {
  const { operation, outcome, phases, limitMs, graceMs } = timeout;
  if (limitMs === undefined) return [];
  const last = phases.findLast((phase) => phase !== 'soft') ?? 'hard';
  const phase = outcome === 'late_success' ? 'late' : outcome === 'timeout' ? last : undefined;
  return [{ operation: nameOf(operation), limitMs, graceMs: graceMs ?? null, phase, lagMs }];
}

function statusOf({ status, attempts }: LedgerEntry, timeouts: readonly SeenTimeout[]): RequestStatus {
  if (status === 'success') return timeouts.some(({ phase }) => phase === 'late') ? 'late' : 'ok';
  if (timeouts.some(({ phase }) => phase !== undefined && phase !== 'late')) return 'timeout';
  if (status === 'cancelled') return 'cancelled';
  return attempts.at(-1)?.firstChunkMs === undefined ? 'error' : 'cut';
}

/** A stale answer is the cache's, although a call refreshes it. */
function answeredBy(calls: readonly SeenCall[], lookups: readonly SeenLookup[]): SeenRequest['answeredBy'] {
  const isCached = lookups.some(({ word }) => isFromCache(word));
  if (isCached && (calls.length === 0 || lookups[0]?.word === 'stale')) return 'cache';
  return calls.length > 0 ? 'model' : 'code';
}

function moneyOf(entry: LedgerEntry, measuringUsd: number | undefined): SeenMoney {
  const { costUsd, attempts, savedUsd, wastedUsd, unpriced, decisions } = entry;
  const byRoute = sumOf([savedUsd.routing, savedUsd.cascade]);
  const byCache = sumOf([savedUsd.cache, savedUsd.coalescing]);
  const known = sumOf([byRoute, byCache]);
  const isUnknown = unpriced?.savings !== undefined || unpriced?.omitted !== undefined;
  const applies = known !== undefined || isUnknown;
  const baseline = decisions[0]?.baseline;
  return {
    costUsd,
    knownCostUsd: sumOf(attempts.map((attempt) => attempt.costUsd ?? undefined)) ?? 0,
    isPriced: unpriced === undefined,
    wastedUsd: sumOf(Object.values(wastedUsd)) ?? 0,
    savedByRouteUsd: byRoute,
    savedByCacheUsd: byCache,
    savedUsd: applies ? (isUnknown ? null : known) : undefined,
    baselineUsd: applies ? entry.baselineUsd : undefined,
    baseline: baseline && nameOf(baseline.route),
    expectedUsd: decisions[0]?.estimatedUsd,
    measuringUsd,
  };
}

function sumOf(amounts: readonly (number | undefined)[]): number | undefined {
  return amounts.reduce<number | undefined>((sum, usd) => (usd === undefined ? sum : (sum ?? 0) + usd), undefined);
}

const ROUTE_STATES = { cooling: 'cooling', circuit_open: 'open', probing: 'half_open' } as const;

/** What the routers say about routes that they could not take, and about those that began to cool down or recovered. */
function routeStatesOf({ decisions, attempts, startedAtMs }: LedgerEntry): SeenState[] {
  return decisions.flatMap(({ candidates = [], health = [] }) => [
    ...candidates.flatMap(({ route, ruledOut, untilMs }): SeenState[] => {
      if (ruledOut === undefined) return [];
      const state = ROUTE_STATES[ruledOut];
      return [{ kind: 'route', name: nameOf(route), state, atMs: startedAtMs, untilAtMs: untilMs }];
    }),
    ...health.flatMap(({ route, state, because, untilMs }): SeenState[] => {
      const asked = attempts.findLast((attempt) => attempt.route === route);
      if (asked === undefined) return [];
      const at = { kind: 'route', name: nameOf(route), atMs: asked.startedAtMs + asked.durationMs } as const;
      if (state === 'recovered') return [{ ...at, state: 'ready' }];
      return [{ ...at, state: 'cooling', untilAtMs: untilMs, cause: because }];
    }),
  ]);
}

/** A ledger counts the attempts that retries added, and does not say how each retry ended. */
function retriesOf({ retries, status, workflow }: LedgerEntry): SeenRequest['retries'] {
  if (retries === 0) return [];
  const outcome = status === 'success' ? 'recovered' : 'exhausted';
  return [{ operation: nameOf(workflow), outcome, attempts: retries + 1, delaysMs: [] }];
}
