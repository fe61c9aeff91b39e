import type { ReportedExecution } from 'tta-dev-primitives';
import type { RequestRecord } from 'tta-dev-primitives/internal';
import { isFromCache } from '../../data/outcome.ts';
import type { SeenMoney, SeenRequest } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import type { RequestNames, RequestStatus, StreamHealth } from '../../wire/index.ts';
import { type Findings, findingsIn } from './findings.ts';
import type { TimedCall } from './read-call.ts';

/** How many tags of a request are kept. */
const MAX_TAGS = 20;

/** Reads the record of a request that has ended, in one pass over its executions. */
export function readRequest(record: RequestRecord): SeenRequest {
  const { request, executions, durationMs } = record;
  const found = findingsIn(executions, request.startedAtMs);
  const failed = executions.findLast(({ status }) => status !== 'success');
  const call = answeringCall(found);
  const status = statusOf(failed, found);
  return {
    names: namesOf(request),
    startedAtMs: request.startedAtMs,
    durationMs,
    workflow: nameOf(request.name),
    status,
    failure: failed === undefined || status === 'cancelled' ? undefined : failureOf(status, found),
    answeredBy: failed === undefined ? answeredBy(found) : undefined,
    route: found.route ?? call?.route,
    model: call?.model,
    why: whyOf(found),
    firstChunkMs: call?.firstChunkMs === undefined ? undefined : call.startedMs + call.firstChunkMs,
    money: moneyOf(found),
    calls: found.calls,
    lookups: found.lookups,
    decision: found.decisions[0]?.decision,
    timeouts: found.timeouts,
    retries: found.retries,
    queued: found.queued,
    states: found.states,
    shadow: found.shadow,
    stream: streamOf(call, status, durationMs, found),
    limitMs: found.timeouts[0]?.limitMs,
    steps: found.steps,
  };
}

function namesOf(request: RequestRecord['request']): RequestNames {
  const { tenantId, userId, sessionId } = request;
  const tags = Object.entries(request.tags).slice(0, MAX_TAGS);
  return {
    id: request.id,
    workflowId: nameOf(request.workflowId),
    correlationId: nameOf(request.correlationId),
    ...(tenantId !== undefined && { tenant: nameOf(tenantId) }),
    ...(userId !== undefined && { user: nameOf(userId) }),
    ...(sessionId !== undefined && { session: nameOf(sessionId) }),
    tags: Object.fromEntries(tags.map(([name, value]) => [nameOf(name), nameOf(String(value))])),
  };
}

/** The call whose answer was given: the last one that answered, or else the last one. */
function answeringCall({ calls }: Findings): TimedCall | undefined {
  return calls.findLast(({ failure }) => failure === undefined) ?? calls.at(-1);
}

function statusOf(failed: ReportedExecution | undefined, { timeouts, calls }: Findings): RequestStatus {
  if (failed === undefined) return timeouts.some(({ phase }) => phase === 'late') ? 'late' : 'ok';
  if (timeouts.some(({ phase }) => phase !== undefined && phase !== 'late')) return 'timeout';
  if (failed.status === 'cancelled') return 'cancelled';
  return calls.at(-1)?.firstChunkMs === undefined ? 'error' : 'cut';
}

function failureOf(status: RequestStatus, { calls }: Findings): string {
  if (status === 'timeout') return 'timeout';
  const failure = calls.findLast((call) => call.failure !== undefined)?.failure;
  return failure === undefined || failure === 'cancelled' ? 'error' : failure;
}

/** A stale answer is the cache's, although a call refreshes it. */
function answeredBy({ calls, lookups }: Findings): SeenRequest['answeredBy'] {
  const isCached = lookups.some(({ word }) => isFromCache(word));
  if (isCached && (calls.length === 0 || lookups[0]?.word === 'stale')) return 'cache';
  return calls.length > 0 ? 'model' : 'code';
}

function whyOf({ decisions }: Findings): SeenRequest['why'] {
  const decision = decisions[0]?.decision;
  return decision === undefined ? undefined : { reason: decision.reason, text: decision.text };
}

function moneyOf({ calls, lookups, decisions, cascadeUsd, shadow }: Findings): SeenMoney {
  const failed = calls.filter(({ failure }) => failure !== undefined);
  const costUsd = sumOf(calls.map((call) => call.costUsd)) ?? 0;
  const byRoute = [...decisions.map(({ savedUsd }) => savedUsd), cascadeUsd];
  const savedByRouteUsd = sumOf(byRoute);
  const savedByCacheUsd = sumOf(lookups.map((lookup) => lookup.savedUsd));
  const savedUsd = sumOf([savedByRouteUsd, savedByCacheUsd]);
  return {
    costUsd: calls.some((call) => call.costUsd === null) ? null : costUsd,
    failedTriesUsd: sumOf(failed.map((call) => call.costUsd)) ?? 0,
    savedByRouteUsd,
    savedByCacheUsd,
    baselineUsd: savedUsd === undefined ? undefined : sumOf([costUsd, savedUsd]),
    expectedUsd: decisions[0]?.expectedUsd,
    measuringUsd: shadow?.costUsd,
  };
}

/** null if one amount is unknown; undefined if there is none. */
function sumOf(amounts: readonly (number | null | undefined)[]): number | null | undefined {
  let sum: number | undefined;
  for (const amount of amounts) {
    if (amount === null) return null;
    if (amount !== undefined) sum = (sum ?? 0) + amount;
  }
  return sum;
}

function streamOf(
  call: TimedCall | undefined,
  status: RequestStatus,
  durationMs: number,
  { stream }: Findings,
): StreamHealth | undefined {
  if (call?.firstChunkMs === undefined) return undefined;
  const streamedMs = call.durationMs - call.firstChunkMs;
  const tokens = call.usage?.outputTokens;
  return {
    ending: ENDINGS[status],
    ...(call.finish !== undefined && { finish: call.finish }),
    chunks: stream?.chunks ?? null,
    gapP50Ms: stream?.gapP50Ms ?? null,
    longestGapMs: stream?.longestGapMs ?? null,
    tokensPerSecond: tokens === undefined || streamedMs <= 0 ? null : (tokens * 1000) / streamedMs,
    firstChunkMs: call.startedMs + call.firstChunkMs,
    endMs: Math.min(durationMs, call.startedMs + call.durationMs),
  };
}

const ENDINGS: Readonly<Record<RequestStatus, StreamHealth['ending']>> = {
  ok: 'whole',
  late: 'whole',
  timeout: 'timeout',
  error: 'failed',
  cut: 'cut',
  cancelled: 'cancelled',
};
