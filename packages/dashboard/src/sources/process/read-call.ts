import type { ReportedExecution } from 'tta-dev-primitives';
import type { Usage } from 'tta-observability-integration/llm';
import type { SeenCall } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import { FactSheet } from './fact-sheet.ts';

/** A call with its time in the request, which the request's own first chunk is computed from. */
export interface TimedCall extends SeenCall {
  readonly startedMs: number;
  readonly finish: string | undefined;
}

/**
 * Reads one call of a model; undefined when no model was asked.
 *
 * @param route - that a router took; undefined outside of routers, where the model stands in its place
 */
export function readCall(execution: ReportedExecution, route: string | undefined): TimedCall | undefined {
  const facts = new FactSheet(execution);
  const outcome = facts.text('llm.outcome');
  if (outcome !== undefined && !ASKED.has(outcome)) return undefined;
  if (outcome === undefined && execution.status === 'success') return undefined;
  const model = facts.text('llm.responseModel') ?? facts.text('llm.model');
  const usage = facts.last('llm.usage');
  const finish = facts.last('llm.finish');
  return {
    route: nameOf(route ?? facts.text('llm.model') ?? model ?? execution.name),
    isRouted: route !== undefined,
    model: model === undefined ? null : nameOf(model),
    provider: facts.text('llm.provider') ?? null,
    startedMs: execution.startedMs,
    durationMs: execution.durationMs,
    firstChunkMs: facts.number('llm.firstChunkMs'),
    failure: outcome === 'answered' ? undefined : failureOf(facts, outcome),
    usage: isUsage(usage) ? usage : undefined,
    costUsd: facts.number('llm.costUsd') ?? null,
    finish: Array.isArray(finish) && typeof finish[0] === 'string' ? finish[0] : undefined,
  };
}

const ASKED: ReadonlySet<string> = new Set(['answered', 'failed', 'cancelled']);

function failureOf(facts: FactSheet, outcome: string | undefined): string {
  if (outcome === 'cancelled') return 'cancelled';
  return facts.text('llm.failure') ?? 'error';
}

function isUsage(value: unknown): value is Usage {
  const { inputTokens, outputTokens } = (value ?? {}) as Partial<Usage>;
  return typeof inputTokens === 'number' && typeof outputTokens === 'number';
}
