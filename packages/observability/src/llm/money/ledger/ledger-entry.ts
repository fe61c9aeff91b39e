import { failureOf } from 'tta-dev-primitives';
import type { ReportedRequest, RequestRecord } from 'tta-dev-primitives/internal';
import { totalUsage } from '../usage.ts';
import { attemptsIn } from './attempts.ts';
import { decisionsIn } from './decisions.ts';
import type { LedgerAsked, LedgerEntry, LedgerUnpriced, SavingCause } from './entry.ts';
import { groupOf } from './hold-out.ts';
import { lookupsIn, timeoutsIn } from './lookups.ts';
import { everyFact, type Placed, placedIn } from './placed.ts';
import { type StatedSaving, savingOf, sumBy, sumOrUnknown } from './savings.ts';
import { withoutMissing } from './without-missing.ts';

/** Whether a report is on a request. Removing stored answers (`cache.invalidate`) is observed as other work is, but asks nothing. */
export function isRequest({ kind }: Pick<ReportedRequest, 'kind'>): boolean {
  return kind !== 'invalidation';
}

/**
 * What became of one request, as one line of a ledger: what was asked, every attempt with its cost, and what was saved and wasted.
 *
 * @param record - what `observeReports` gives, or a report of `withReport`
 * @example
 * ```ts
 * const { context, report } = withReport();
 * await workflow.execute(question, context);
 * const { attempts, costUsd, savedUsd } = ledgerEntryOf(await report);
 * ```
 */
export function ledgerEntryOf({ request, executions, durationMs, omitted }: RequestRecord): LedgerEntry {
  const { id, kind, name, workflowId, sessionId, tenantId, userId, tags, startedAtMs } = request;
  const placed = placedIn(executions);
  const attempts = attemptsIn(placed, startedAtMs);
  const stating = placed.filter(({ execution }) => execution.facts.length > 0); // plain steps say nothing
  const decisions = decisionsIn(stating);
  const lookups = lookupsIn(stating);
  const savings = stating.flatMap(({ execution }) => execution.facts.flatMap((fact) => savingOf(fact) ?? []));
  const costUsd = omitted > 0 ? null : sumOrUnknown(attempts.map((attempt) => attempt.costUsd));
  const ending = executions.findLast(({ status }) => status !== 'success') ?? executions[0];
  const status = ending?.status ?? 'running';
  return withoutMissing<LedgerEntry>({
    version: 1,
    id,
    workflowId,
    sessionId,
    tenantId,
    userId,
    tags: Object.keys(tags).length === 0 ? undefined : tags,
    group: groupOf(request),
    workflow: name,
    kind,
    startedAtMs,
    durationMs,
    status,
    failure: status === 'error' ? (failureOf(ending?.error)?.kind ?? 'unknown') : undefined,
    asked: askedIn(stating),
    firstChunkMs: firstChunkIn(attempts, startedAtMs),
    route: routeOf(stating),
    reason: decisions[0]?.reason,
    decisions,
    attempts,
    cacheOutcome: lookups[0]?.outcome,
    lookups,
    timeouts: timeoutsIn(stating),
    retries: stating.reduce((sum, { stated }) => sum + Math.max(0, (stated['retry.attempts'] ?? 1) - 1), 0),
    fallbacks: stating.reduce((sum, place) => sum + fallbacksOf(place), 0),
    usage: totalUsage(attempts.flatMap(({ usage }) => usage ?? [])),
    costUsd,
    baselineUsd: sumOrUnknown([costUsd, ...savings.map(({ usd }) => usd)]),
    savedUsd: sumBy(savings, ({ cause, usd }) => [cause, usd]),
    wastedUsd: sumBy(attempts, ({ wastedBecause, costUsd: usd }) => [wastedBecause, usd]),
    unpriced: unpricedOf(attempts.filter((attempt) => attempt.costUsd === null).length, savings, omitted),
  });
}

function askedIn(placed: readonly Placed[]): LedgerAsked | undefined {
  const first = placed.find(({ stated }) => stated['llm.operation'] !== undefined)?.stated;
  if (first?.['llm.operation'] === undefined) return undefined;
  return withoutMissing<LedgerAsked>({
    operation: first['llm.operation'],
    provider: first['llm.provider'],
    model: first['llm.model'],
    isStream: first['llm.isStream'],
  });
}

/** Of the attempt that answered; a cache that replays a stream states no first chunk. */
function firstChunkIn(attempts: LedgerEntry['attempts'], startedAtMs: number): number | undefined {
  const answered = attempts.find(({ firstChunkMs, wastedBecause }) => firstChunkMs !== undefined && !wastedBecause);
  return answered?.firstChunkMs === undefined ? undefined : answered.startedAtMs - startedAtMs + answered.firstChunkMs;
}

function routeOf(placed: readonly Placed[]): string | undefined {
  return placed.find(({ stated }) => stated['router.route'] !== undefined)?.stated['router.route'];
}

function fallbacksOf({ execution, stated }: Placed): number {
  return everyFact(execution, 'router.fallback').length + (stated['fallback.outcome'] === 'alternative' ? 1 : 0);
}

function unpricedOf(attempts: number, savings: readonly StatedSaving[], omitted: number): LedgerUnpriced | undefined {
  const unknown: Partial<Record<SavingCause, number>> = {};
  for (const { cause, usd } of savings) if (usd === null) unknown[cause] = (unknown[cause] ?? 0) + 1;
  const hasUnknown = Object.keys(unknown).length > 0;
  if (attempts === 0 && !hasUnknown && omitted === 0) return undefined;
  return withoutMissing<LedgerUnpriced>({
    attempts: attempts === 0 ? undefined : attempts,
    savings: hasUnknown ? unknown : undefined,
    omitted: omitted === 0 ? undefined : omitted,
  });
}
