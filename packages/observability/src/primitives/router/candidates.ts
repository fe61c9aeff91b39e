import type { WorkflowContext } from 'tta-dev-primitives';
import type { LedgerCandidate } from '../../llm/money/ledger/entry.ts';
import type { Prompt } from '../../llm/prompt/prompt.ts';
import type { Route } from './routes.ts';

/** What was known of each route when a router decided, for a reader who wants to know why. */
export function candidatesOf<I, O>(
  routes: readonly Route<I, O>[],
  prompt: Prompt,
  context: WorkflowContext,
): readonly LedgerCandidate[] {
  const now = context.clock.now();
  return routes.map((route): LedgerCandidate => {
    const ruledOut = route.state.ruledOut(now);
    return {
      route: route.name,
      model: route.model,
      estimatedUsd: route.estimate(prompt, context).costUsd,
      p50Ms: route.latencyMs(50, context),
      ...(ruledOut !== undefined && { ruledOut }),
      ...(ruledOut === 'cooling' && { untilMs: context.clock.epochMs() + route.state.coolingMs(now) }),
    };
  });
}
