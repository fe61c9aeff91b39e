import type { Observations } from '../data/observations.ts';
import { RouteTally } from '../data/route-tally.ts';
import type { RouterTally } from '../data/router-tally.ts';
import type { ScoreTally } from '../data/score-tally.ts';
import { strategyTitle } from '../data/strategy-title.ts';
import type { PeriodTally } from '../data/timeline.ts';
import type { Range, RouteCard, RouteInfo, RouterCard, Routes, ScoreHistogram } from '../wire/index.ts';
import { asGoodOf } from './as-good.ts';
import { bucketsOf, periodOf, shareOf } from './period.ts';

const NO_CALLS = new RouteTally();

export function readRoutes(observations: Observations, range: Range): Routes {
  const period = observations.read(range);
  let calls = 0;
  for (const [, route] of period.all.routes.entries()) calls += route.calls;
  return {
    range,
    period: periodOf(period),
    cards: observations.routes.all.map((route) => cardOf(route, period, calls, observations)),
    routers: [...period.all.routers.entries()].map(([name, router]) => routerOf(name, router)),
  };
}

function cardOf({ name, price }: RouteInfo, period: PeriodTally, calls: number, { lanes }: Observations): RouteCard {
  const { all, buckets } = period;
  const route = all.routes.get(name) ?? NO_CALLS;
  const isUnpriced = route.spentUsd === 0 && (route.unpriced > 0 || (route.calls > 0 && price === null));
  return {
    route: name,
    health: lanes.healthOf(name),
    spentUsd: isUnpriced ? null : route.spentUsd,
    spentShare: isUnpriced ? null : shareOf(route.spentUsd, all.money.spentUsd),
    calls: route.calls,
    callsShare: shareOf(route.calls, calls) ?? 0,
    total: { p50Ms: route.totals.quantile(0.5), p95Ms: route.totals.quantile(0.95) },
    firstChunk: { p50Ms: route.firstChunks.quantile(0.5), p95Ms: route.firstChunks.quantile(0.95) },
    noAnswer: route.failed,
    noAnswerShare: shareOf(route.failed, route.calls),
    failures: route.failures.ranked(),
    buckets: bucketsOf(period),
    p50Ms: buckets.map((tally) => tally?.routes.get(name)?.totals.quantile(0.5) ?? null),
    p95Ms: buckets.map((tally) => tally?.routes.get(name)?.totals.quantile(0.95) ?? null),
  };
}

function routerOf(name: string, router: RouterTally): RouterCard {
  const { reasons, strategies, fallbacks, defaults, scores, shadow, drift } = router;
  const counted = scores.routes;
  const ranked = reasons.ranked();
  const asGood = asGoodOf([router]);
  return {
    name,
    title: titleOf(strategies.ranked()[0]?.word ?? ranked[0]?.word),
    reasons: ranked,
    fallbacks,
    defaults,
    ...(counted.length > 0 && { scores: histogramOf(scores) }),
    ...(drift !== undefined && { drift: { psi: drift, state: driftOf(drift) } }),
    ...(asGood !== undefined && {
      shadow: { asGood, compared: shadow.compared, costUsd: shadow.unpriced > 0 ? null : shadow.costUsd },
    }),
  };
}

function titleOf(strategy: string | undefined): string {
  const title = strategy === undefined ? 'decisions' : strategyTitle(strategy);
  return title.startsWith('by') && !title.startsWith('by ')
    ? title
    : `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}

function histogramOf({ top, routes, thresholds, above }: ScoreTally): ScoreHistogram {
  return { top, routes, thresholds, ...(above !== undefined && { above }) };
}

/** By the usual limits of the population stability index. */
function driftOf(psi: number): NonNullable<RouterCard['drift']>['state'] {
  return psi < 0.1 ? 'stable' : psi < 0.25 ? 'moderate' : 'major';
}
