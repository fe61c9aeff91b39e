import { failureOf, type ReportedExecution } from 'tta-dev-primitives';
import type { ReportedCall } from '../../call/facts.ts';
import { callOf } from '../../call/report-summary.ts';
import { routeAt } from './decisions.ts';
import type { LedgerAttempt, LedgerStatus } from './entry.ts';
import type { Placed } from './placed.ts';
import { wasteCauseOf } from './waste.ts';
import { withoutMissing } from './without-missing.ts';

const STATUS: Readonly<Record<string, LedgerStatus>> = { answered: 'success', failed: 'error', cancelled: 'cancelled' };

/** Every call of a model, in the order in which they began. */
export function attemptsIn(placed: readonly Placed[], startedAtMs: number): LedgerAttempt[] {
  return placed.flatMap((place) => {
    const call = callOf(place.execution, place.stated);
    if (call !== undefined) return attemptOf(place, call, startedAtMs);
    return isStillCalling(place.execution) ? runningAttempt(place, startedAtMs) : [];
  });
}

function attemptOf(place: Placed, call: ReportedCall, startedAtMs: number): LedgerAttempt {
  const { execution, stated } = place;
  const { operation, provider, model, responseModel, failure, usage, costUsd, firstChunkMs } = call;
  const status = STATUS[call.outcome] ?? 'error';
  return withoutMissing({
    operation,
    provider,
    model,
    responseModel,
    route: routeAt(place),
    startedAtMs: startedAtMs + execution.startedMs,
    firstChunkMs,
    durationMs: execution.durationMs,
    status,
    failure,
    httpStatus: failure === undefined ? undefined : failureOf(execution.error)?.status,
    finish: stated['llm.finish'],
    stream: stated['llm.stream'],
    usage,
    costUsd,
    listedUsd: stated['llm.listedUsd'],
    billedUsd: usage?.billedUsd,
    wastedBecause: wasteCauseOf(place),
  });
}

/** A call that was given up and goes on: what it will cost is unknown. */
function runningAttempt(place: Placed, startedAtMs: number): LedgerAttempt {
  const { execution, stated } = place;
  return withoutMissing({
    operation: stated['llm.operation'] ?? 'chat',
    provider: stated['llm.provider'],
    model: stated['llm.model'],
    route: routeAt(place),
    startedAtMs: startedAtMs + execution.startedMs,
    firstChunkMs: stated['llm.firstChunkMs'],
    durationMs: execution.durationMs,
    status: 'running',
    costUsd: null,
    wastedBecause: wasteCauseOf(place),
  });
}

/** The innermost of calls within calls states what it costs. */
function isStillCalling({ kind, status, executions }: ReportedExecution): boolean {
  return kind === 'model_call' && status === 'running' && !executions.some(hasCall);
}

function hasCall({ kind, executions }: ReportedExecution): boolean {
  return kind === 'model_call' || executions.some(hasCall);
}
