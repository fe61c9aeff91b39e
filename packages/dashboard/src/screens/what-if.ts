import { priceOf } from 'tta-observability-integration/llm';
import type { Observations } from '../data/observations.ts';
import type { Tally } from '../data/tally.ts';
import { Tokens } from '../data/usage-tally.ts';
import type { PolicyLine, Range, RouteInfo, WhatIf } from '../wire/index.ts';
import { periodOf } from './period.ts';

/** The requests of a period, priced anew: the same tokens at one model, with and without a cache. */
export function readWhatIf(observations: Observations, range: Range): WhatIf {
  const period = observations.timeline.read(range, observations.now());
  const { all } = period;
  const asked = askedOf(all);
  const whole = new Tokens();
  whole.merge(asked);
  whole.merge(all.usage.reused);
  const models = observations.routes.all.filter(({ model }) => model !== null);
  const lines = models.flatMap((route) => [
    lineOf(route, asked, all, { title: `All by ${route.name}`, kind: 'model', isCached: true }),
    lineOf(route, whole, all, { title: `All by ${route.name}, no cache`, kind: 'model_no_cache', isCached: false }),
  ]);
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

function nowOf({ money }: Tally): PolicyLine {
  return {
    kind: 'now',
    title: 'As it is',
    how: 'the routes and the cache in use',
    costUsd: money.spentUsd,
    otherRoute: 0,
    asGood: null,
  };
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
    how: `${route.model}, ${isCached ? 'cache as it is' : 'no cache'}`,
    costUsd,
    againstNowUsd: costUsd === null ? null : costUsd - all.money.spentUsd,
    otherRoute: tokens.answers - own,
    asGood: null,
  };
}

/** Sums of many prompts are priced as so many average ones, because a long prompt may have a price of its own. */
function costAt({ model, provider }: RouteInfo, tokens: Tokens): number | null {
  if (model === null || tokens.answers === 0) return null;
  const average = (sum: number): number => Math.round(sum / tokens.answers);
  const inputTokens = Math.max(1, average(tokens.inputTokens));
  const outputTokens = Math.max(1, average(tokens.outputTokens));
  const options = { provider: provider ?? undefined };
  const usd = (usage: { inputTokens: number; outputTokens: number }): number | undefined =>
    priceOf(usage, model, options)?.totalUsd;
  const inUsd = usd({ inputTokens, outputTokens: 0 });
  const outUsd = usd({ inputTokens: 0, outputTokens });
  if (inUsd === undefined || outUsd === undefined) return null;
  return (inUsd * tokens.inputTokens) / inputTokens + (outUsd * tokens.outputTokens) / outputTokens;
}

function byCost(one: PolicyLine, other: PolicyLine): number {
  return (one.costUsd ?? Number.POSITIVE_INFINITY) - (other.costUsd ?? Number.POSITIVE_INFINITY);
}
