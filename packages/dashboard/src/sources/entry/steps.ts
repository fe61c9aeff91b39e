import type { LedgerEntry } from 'tta-observability-integration/llm';
import { nameOf } from '../../data/text.ts';
import type { RequestStep } from '../../wire/index.ts';

const STATUS: Readonly<Record<LedgerEntry['status'], RequestStep['status']>> = {
  success: 'ok',
  error: 'failed',
  cancelled: 'cancelled',
  running: 'running',
};

/** The waterfall of a line of a ledger, which has the calls of a request and not the steps around them. */
export function stepsOf({
  workflow,
  kind,
  durationMs,
  status,
  startedAtMs,
  attempts,
  costUsd,
}: LedgerEntry): RequestStep[] {
  const root: RequestStep = {
    depth: 0,
    kind,
    name: nameOf(workflow),
    startMs: 0,
    durationMs,
    shape: attempts.length > 0 ? 'container' : 'work',
    status: STATUS[status],
    costUsd,
  };
  const calls = attempts.map((attempt): RequestStep => {
    const model = attempt.responseModel ?? attempt.model;
    const name = attempt.route ?? model ?? 'model';
    return {
      depth: 1,
      kind: 'model_call',
      name: nameOf(name),
      ...(model !== undefined && model !== name && { detail: nameOf(model) }),
      startMs: Math.max(0, attempt.startedAtMs - startedAtMs),
      durationMs: attempt.durationMs,
      shape: 'work',
      status: STATUS[attempt.status],
      route: nameOf(attempt.route ?? attempt.model ?? name),
      ...(attempt.firstChunkMs !== undefined && { firstChunkMs: attempt.firstChunkMs }),
      ...(attempt.failure !== undefined && { note: attempt.failure.replaceAll('_', ' ') }),
      costUsd: attempt.costUsd,
    };
  });
  return [root, ...calls];
}
