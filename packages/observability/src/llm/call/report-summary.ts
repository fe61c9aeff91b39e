import { type Facts, type FailureKind, type ReportedExecution, registerSummary } from 'tta-dev-primitives';
import { allExecutions } from 'tta-dev-primitives/internal';
import { totalUsage, type Usage } from '../money/usage.ts';
import { isCall, type LlmOperation, type LlmOutcome } from './facts.ts';

/** One call of a model, as a report lists it. */
export interface ReportedCall {
  readonly operation: LlmOperation;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  /** The model that answered, as the provider names it. */
  readonly responseModel: string | undefined;
  readonly outcome: LlmOutcome;
  /** What kept the model from answering. */
  readonly failure: FailureKind | undefined;
  readonly usage: Usage | undefined;
  /** In US dollars; null if unknown. */
  readonly costUsd: number | null;
  readonly firstChunkMs: number | undefined;
  readonly startedMs: number;
  readonly durationMs: number;
}

declare module 'tta-dev-primitives' {
  interface ReportSummary {
    /** Every call of a model, in the order in which they began. An answer from a cache is not a call. */
    attempts: readonly ReportedCall[];
    /** The tokens of all calls together; undefined if no call said what it used. */
    usage: Usage | undefined;
    /** What all calls cost, in US dollars; null if the cost of one is unknown. */
    costUsd: number | null;
  }
}

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
