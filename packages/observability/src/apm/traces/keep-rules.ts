import { SpanStatusCode } from '@opentelemetry/api';
import type { OpenTrace, RootSpan } from './open-trace.ts';

/** Why a trace is kept that its ratio would drop. */
export type KeepReason = 'error' | 'slow' | 'cost';

/** Which workflows are kept whatever the ratio. */
export interface KeepRules {
  readonly failed: boolean;
  readonly slowerThanMs: number | undefined;
  readonly costlierThanUsd: number | undefined;
}

/** The attribute that says why a trace is kept. */
export const KEPT_BECAUSE = 'tta.sampling.kept_because';

/** The attribute that says what one call of a model cost. */
const COST = 'tta.llm.cost_usd';

/** Whether the rules can keep anything. */
export function canKeep({ failed, slowerThanMs, costlierThanUsd }: KeepRules): boolean {
  return failed || slowerThanMs !== undefined || costlierThanUsd !== undefined;
}

/** Why a trace is kept, and the outermost span that is the reason; undefined if it is not kept. A retried failure does not count. */
export function reasonToKeep(
  { roots, spans }: Pick<OpenTrace, 'roots' | 'spans'>,
  { failed, slowerThanMs = Infinity, costlierThanUsd = Infinity }: KeepRules,
): { readonly reason: KeepReason; readonly root: RootSpan } | undefined {
  for (const root of roots) {
    if (failed && root.status.code === SpanStatusCode.ERROR) return { reason: 'error', root };
    if (root.durationMs > slowerThanMs) return { reason: 'slow', root };
  }
  const [root] = roots;
  if (root === undefined || costlierThanUsd === Infinity) return undefined;
  const costUsd = spans.reduce((sum, { attributes }) => sum + costOf(attributes[COST]), 0);
  return costUsd > costlierThanUsd ? { reason: 'cost', root } : undefined;
}

function costOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
