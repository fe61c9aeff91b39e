import { type Facts, type ReportedExecution, registerSummary } from 'tta-dev-primitives';
import { allExecutions } from 'tta-dev-primitives/internal';
import { totalUsage } from '../money/usage.ts';
import { isCall, type ReportedCall } from './facts.ts';

/** Adds the model calls and their sums to reports. */
export function summariseModelCalls(): void {
  registerSummary('attempts', callsIn);
  registerSummary('usage', (executions) => totalUsage(callsIn(executions).flatMap(({ usage }) => usage ?? [])));
  registerSummary('costUsd', (executions) =>
    callsIn(executions).reduce<number | null>(
      (sum, { costUsd }) => (sum === null || costUsd === null ? null : sum + costUsd),
      0,
    ),
  );
}

function callsIn(executions: readonly ReportedExecution[]): ReportedCall[] {
  return allExecutions(executions).flatMap((execution) => callOf(execution, statedBy(execution)) ?? []);
}

/** The newest value of each fact that an execution stated. */
export type Stated = { readonly [Name in keyof Facts]?: Facts[Name] };

export function statedBy({ facts }: ReportedExecution): Stated {
  if (facts.length === 0) return NOTHING;
  // A loop, because every request of a process that is observed comes here.
  const stated: Record<string, unknown> = {};
  for (const { name, value } of facts) stated[name] = value;
  return stated;
}

const NOTHING: Stated = {};

/** The call of a model that an execution was; undefined if it was none. */
export function callOf({ startedMs, durationMs }: ReportedExecution, stated: Stated): ReportedCall | undefined {
  const outcome = stated['llm.outcome'];
  const operation = stated['llm.operation'];
  if (operation === undefined || outcome === undefined || !isCall(outcome)) return undefined;
  return {
    operation,
    provider: stated['llm.provider'],
    model: stated['llm.model'],
    responseModel: stated['llm.responseModel'],
    outcome,
    failure: stated['llm.failure'],
    usage: stated['llm.usage'],
    costUsd: stated['llm.costUsd'] ?? null,
    firstChunkMs: stated['llm.firstChunkMs'],
    startedMs,
    durationMs,
  };
}
