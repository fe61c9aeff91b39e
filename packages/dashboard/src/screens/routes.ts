import { wilson } from 'tta-dev-primitives/internal';
import type { Observations } from '../data/observations.ts';
import { RouteTally } from '../data/route-tally.ts';
import type { RouterTally } from '../data/router-tally.ts';
import type { PeriodTally } from '../data/timeline.ts';
import type { Range, RouteCard, RouteInfo, RouterCard, Routes } from '../wire/index.ts';
import { bucketsOf, periodOf, shareOf } from './period.ts';

const NO_CALLS = new RouteTally();

export function readRoutes(observations: Observations, range: Range): Routes {
  const period = observations.timeline.read(range, observations.now());
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

function routerOf(name: string, { reasons, fallbacks, defaults, scores, shadow }: RouterTally): RouterCard {
  const counted = [...scores.entries()].map(([route, counts]) => ({ route, counts }));
  const ranked = reasons.ranked();
  return {
    name,
    strategy: ranked[0]?.word ?? null,
    reasons: ranked,
    fallbacks,
    defaults,
    ...(counted.length > 0 && { scores: { routes: counted, thresholds: [] } }),
    ...(shadow.compared > 0 && {
      shadow: {
        asGood: { ...wilson(shadow.asGood, shadow.compared), n: shadow.compared },
        compared: shadow.compared,
        costUsd: shadow.unpriced > 0 ? null : shadow.costUsd,
      },
    }),
  };
}
