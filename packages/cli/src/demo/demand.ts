import { nearestRank } from 'tta-dev-primitives/internal';
import type { RoutingDecision } from 'tta-observability-integration/primitives';
import type { Answering, AnsweringOptions } from './answering.ts';
import { type ChatRequest, promptIn } from './request.ts';
import { answeringByRouter } from './routed.ts';

const WORDS = 60;
const NUMBERS = 5;
const DEMANDS = 2;
const DEMANDING = /\b(explain|derive|prove|compare|plan|design|analyse|analyze|summarise|summarize|weigh|why)\b/giu;

/** How demanding a prompt looks, from 0: the longer it is, the more numbers it has, the more often it asks for reasoning. */
export function demandOf(prompt: string): number {
  const words = prompt.split(/\s+/u).length;
  const numbers = prompt.match(/\d+/gu)?.length ?? 0;
  const demands = prompt.match(DEMANDING)?.length ?? 0;
  return words / WORDS + numbers / NUMBERS + demands / DEMANDS;
}

/**
 * Splits requests evenly among routes, the cheapest first: of two, the stronger one gets whatever looks more demanding than the
 * median of `prompts`.
 *
 * A plain routing function, made by hand and trained on nothing: it looks at the words of a request and knows nothing about how
 * well a model would answer it.
 */
export function routeByDemand(
  routes: readonly string[],
  prompts: Iterable<string>,
): (request: ChatRequest) => RoutingDecision {
  const demands = Array.from(new Set(prompts), demandOf).sort((one, other) => one - other);
  const limits = routes.slice(1).map((_, index) => nearestRank(demands, (index + 1) / routes.length) ?? 0);
  const thresholds = limits.map((upTo, index) => ({ route: routes[index] as string, upTo }));
  return (request) => {
    const value = demandOf(promptIn(request));
    const route = routes[limits.filter((limit) => value > limit).length] as string;
    return { route, score: { value, thresholds } };
  };
}

/** One model answers each request: the more demanding it looks, the stronger a one. */
export function answeringByDemand(options: AnsweringOptions): Answering {
  const names = options.models.map(({ name }) => name);
  const decide = routeByDemand(names, options.prompts);
  return answeringByRouter(
    options,
    { name: 'demand', decide: (request) => decide(request) },
    () =>
      'Requests that look more demanding than others (longer, more numbers, more words that ask for reasoning) go to the ' +
      'stronger model; this routing function is made by hand and trained on nothing.',
  );
}
