import { RouterPrimitive, type RouterStats, type RoutingStrategy } from 'tta-observability-integration/primitives';
import type { ChatAnswer } from './answer.ts';
import { type Answering, type AnsweringOptions, callModel, type RouteCounts } from './answering.ts';
import type { ChatRequest } from './request.ts';

/** One model answers each request, as the strategy decides. */
export function answeringByRouter(
  { client, models }: AnsweringOptions,
  strategy: RoutingStrategy<ChatRequest> | ((request: ChatRequest) => string),
  describe: (routes: Readonly<Record<string, RouteCounts>>) => string,
): Answering {
  const strongest = models.at(-1)?.name as string; // there is one at least
  const steps = models.map(({ name, price }) => [name, { step: callModel(client, name), model: name, price }] as const);
  const router = new RouterPrimitive<ChatRequest, ChatAnswer>(Object.fromEntries(steps), {
    strategy,
    defaultRoute: strongest,
    baseline: strongest,
  });
  const routes = () => countsOf(router.getStats());
  return { step: router, routes, callsUsd: () => undefined, describe: () => describe(routes()) };
}

function countsOf({ routes }: RouterStats): Readonly<Record<string, RouteCounts>> {
  return Object.fromEntries(
    Object.entries(routes).map(([name, { decisions, errors, costUsd, p50Ms, p95Ms }]) => [
      name,
      { requests: decisions, errors, costUsd, p50Ms, p95Ms },
    ]),
  );
}
