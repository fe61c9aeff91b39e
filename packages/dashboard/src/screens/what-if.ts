import type { Observations } from '../data/observations.ts';
import { foundUsd, listedUsd } from '../data/route-price.ts';
import type { Tally } from '../data/tally.ts';
import { Tokens } from '../data/usage-tally.ts';
import type { PolicyLine, Range, RouteInfo, WhatIf } from '../wire/index.ts';
import { asGoodOf } from './as-good.ts';
import { periodOf, shareOf } from './period.ts';
import { strategiesOf } from './what-if-strategies.ts';

/** The requests of a period, priced anew: the same tokens by one model or by another strategy, with and without a cache. */
export function readWhatIf(observations: Observations, range: Range): WhatIf {
  const period = observations.timeline.read(range, observations.now());
  const { all } = period;
  const asked = askedOf(all);
  const whole = new Tokens();
  whole.merge(asked);
  whole.merge(all.usage.reused);
  const models = observations.routes.all.filter(({ model }) => model !== null);
  const lines = [
    ...models.flatMap((route) => [
      lineOf(route, asked, all, { title: `All by ${route.name}`, kind: 'model', isCached: true }),
      lineOf(route, whole, all, { title: `All by ${route.name}, no cache`, kind: 'model_no_cache', isCached: false }),
    ]),
    ...strategiesOf(observations, period),
    ...uncachedOf(all),
  ];
  return {
    range,
    period: periodOf(period),
    requests: whole.answers,
    leftOut: all.usage.unknown + all.money.unpriced,
    policies: whole.answers === 0 ? [] : [nowOf(all), ...lines.sort(byCost)],
  };
}

function askedOf({ usage }: Tally): Tokens {
  const sum = new Tokens();
  for (const [, tokens] of usage.asked.entries()) sum.merge(tokens);
  return sum;
}

function nowOf({ money, routers }: Tally): PolicyLine {
  return {
    kind: 'now',
    title: 'As it is',
    how: 'the routes and the cache in use',
    costUsd: money.spentUsd,
    otherRoute: 0,
    asGood: asGoodOf([...routers.entries()].map(([, router]) => router))?.share ?? null,
  };
}

/** The present routes without the cache: what it saved would have been paid. */
function uncachedOf({ money, cache, usage }: Tally): PolicyLine[] {
  if (cache.lookups === 0) return [];
  const line = {
    kind: 'no_cache',
    title: 'As it is, no cache',
    how: 'the routes in use, no cache',
    costUsd: money.spentUsd + money.savedByCacheUsd,
    againstNowUsd: money.savedByCacheUsd,
    otherRoute: usage.reused.answers,
    asGood: null,
  } as const;
  return [line];
}

interface Policy {
  readonly title: string;
  readonly kind: 'model' | 'model_no_cache';
  readonly isCached: boolean;
}

function lineOf(route: RouteInfo, tokens: Tokens, all: Tally, { title, kind, isCached }: Policy): PolicyLine {
  const costUsd = costAt(route, tokens);
  const own = all.usage.asked.get(route.name)?.answers ?? 0;
  return {
    kind,
    route: route.name,
    title,
    how: `${route.model === route.name ? '' : `${route.model}, `}${isCached ? 'cache as it is' : 'no cache'}`,
    costUsd,
    againstNowUsd: costUsd === null ? null : costUsd - all.money.spentUsd,
    otherRoute: tokens.answers - own,
    asGood: null,
  };
}

/** Sums of many prompts are priced as the same number of average ones, because a long prompt may have a price of its own. */
function costAt(route: RouteInfo, { answers, inputTokens, outputTokens }: Tokens): number | null {
  const average = (sum: number): number => Math.max(1, Math.round(shareOf(sum, answers) ?? 0));
  const usage = { inputTokens: average(inputTokens), outputTokens: average(outputTokens) };
  const inUsd = listedUsd(route, { ...usage, outputTokens: 0 });
  const outUsd = listedUsd(route, { ...usage, inputTokens: 0 });
  if (inUsd === undefined || outUsd === undefined) return foundUsd(route, { inputTokens, outputTokens }) ?? null;
  return (inUsd * inputTokens) / usage.inputTokens + (outUsd * outputTokens) / usage.outputTokens;
}

function byCost(one: PolicyLine, other: PolicyLine): number {
  return (one.costUsd ?? Number.POSITIVE_INFINITY) - (other.costUsd ?? Number.POSITIVE_INFINITY);
}
