import { WorkflowContext } from 'tta-dev-primitives';
import { promptOf } from '../../../llm/prompt/prompt.ts';
import type { RouteCandidate } from '../routes.ts';
import type { RoutingStrategy, RoutingVerdict } from '../strategy.ts';

/** What a test says of a candidate; everything else is unremarkable. */
export interface CandidateInit
  extends Partial<Omit<RouteCandidate, 'latencyMs' | 'unansweredMs' | 'tokens' | 'estimate' | 'costUsd'>> {
  readonly latencyMs?: number | undefined;
  readonly unansweredMs?: number | undefined;
  /** What any request is expected to cost; null for a price that is not known. */
  readonly expectedUsd?: number | null;
  /** What any tokens cost. @defaultValue twice what is expected */
  readonly mostUsd?: number;
}

export function candidate(
  name: string,
  { latencyMs, unansweredMs, expectedUsd = null, mostUsd, ...init }: CandidateInit = {},
): RouteCandidate {
  const tokens = (characters: number) => ({ inputTokens: Math.ceil(characters / 4), outputTokens: 100 });
  return {
    name,
    model: undefined,
    provider: undefined,
    price: undefined,
    limits: {},
    inFlight: 0,
    lastTaken: 0,
    latencyMs: () => latencyMs ?? null,
    unansweredMs: () => unansweredMs ?? null,
    tokens: ({ characters }) => tokens(characters),
    estimate: ({ characters }) => ({ ...tokens(characters), costUsd: expectedUsd }),
    costUsd: () => (expectedUsd === null ? null : (mostUsd ?? 2 * expectedUsd)),
    ...init,
  };
}

/** Asks a strategy that answers at once. */
export function ask<I>(
  strategy: RoutingStrategy<I, string>,
  candidates: readonly RouteCandidate[],
  input: I,
  context: WorkflowContext = new WorkflowContext(),
): RoutingVerdict {
  return strategy.decide(input, context, candidates, promptOf(input)) as RoutingVerdict;
}

/** The route that a strategy decides on; undefined when it does not decide. */
export function routeOf<I>(...asked: Parameters<typeof ask<I>>): string | undefined {
  const verdict = ask(...asked);
  return verdict !== undefined && 'route' in verdict ? verdict.route : undefined;
}

/** A promise that never settles. */
export const never: Promise<never> = new Promise<never>(() => {});

/** What a model answers, with the tokens that it says it used. */
export const answered = (inputTokens: number, outputTokens: number, model = 'm'): object => ({
  model,
  usage: { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens },
});
