import type { ChatRequest } from './workflow.ts';

const MANY_WORDS = 60;
const MANY_NUMBERS = 5;
const DEMANDS = /\b(explain|derive|prove|compare|plan|design|analyse|analyze|summarise|summarize|weigh|why)\b/giu;
const MANY_DEMANDS = 2;

/**
 * How demanding a request looks: 1 or more if it is long, full of numbers or asks for reasoning, less the less it does.
 *
 * A plain routing function, made by hand and trained on nothing: it looks at the words of the request and knows nothing about
 * how well a model would answer.
 */
export function demandOf(prompt: string): number {
  const words = prompt.split(/\s+/u).length;
  const numbers = prompt.match(/\d+/gu)?.length ?? 0;
  const demands = prompt.match(DEMANDS)?.length ?? 0;
  return Math.max(words / MANY_WORDS, numbers / MANY_NUMBERS, demands / MANY_DEMANDS);
}

/** Picks among routes from the cheapest to the strongest: a demanding request gets the strongest one. */
export function routeByDemand(routes: readonly string[]): (request: ChatRequest) => string {
  return ({ messages }) => {
    const last = messages.at(-1)?.content;
    const share = Math.min(1, demandOf(typeof last === 'string' ? last : ''));
    return routes[Math.floor(share * (routes.length - 1))] as string;
  };
}
