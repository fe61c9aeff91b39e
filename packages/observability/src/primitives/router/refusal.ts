import type { RouterRefusalReason } from './facts.ts';

const REASONS: ReadonlySet<unknown> = new Set<RouterRefusalReason>(['budget_exhausted', 'budget_unpriced']);

/** Why a strategy has refused a request, as its error says in `reason`; `other` where it does not. */
export function refusalReasonOf(error: Error): RouterRefusalReason {
  const { reason } = error as { readonly reason?: unknown };
  return REASONS.has(reason) ? (reason as RouterRefusalReason) : 'other';
}
