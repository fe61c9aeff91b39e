import { isUnanswered } from './outcome.ts';
import type { SeenRequest } from './seen-request.ts';

/**
 * A request that got no answer, with what the baseline was expected to cost. A request whose cost is unknown is left as it is, because its
 * money is in no sum.
 */
export function withNoAnswer(request: SeenRequest, baselineOf: (router: string) => string | undefined): SeenRequest {
  const { decision, money, status } = request;
  if (decision === undefined || !money.isPriced || !isUnanswered(status)) return request;
  const baseline = baselineOf(decision.router);
  const estimateUsd = decision.candidates.find(({ route }) => route === baseline)?.estimateUsd ?? null;
  if (estimateUsd === null) return request;
  return { ...request, money: { ...money, noAnswerUsd: Math.max(0, estimateUsd - money.knownCostUsd) } };
}
