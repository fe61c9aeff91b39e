import type { MoneyTally } from '../data/money-tally.ts';
import type { Observations } from '../data/observations.ts';
import type { Tally } from '../data/tally.ts';
import type { MeasuredShare, SavedHeadline } from '../wire/index.ts';

/** The one number and its parts, the same on every screen. */
export function headlineOf({ money }: Tally, observations: Observations, measured?: MeasuredShare): SavedHeadline {
  return {
    savedUsd: money.savedUsd,
    baselineUsd: money.baselineUsd,
    spentUsd: money.spentUsd,
    routingUsd: routingUsdOf(money),
    cacheUsd: money.savedByCacheUsd,
    noAnswerUsd: 0,
    wastedUsd: money.wastedUsd,
    measuringUsd: money.measuringUsd,
    baselines: observations.routes.all.filter(({ isBaseline }) => isBaseline).map(({ name }) => name),
    ...(measured !== undefined && { measured }),
    unpriced: money.unpriced,
  };
}

function routingUsdOf({ savedByRouteUsd, measuringUsd }: MoneyTally): number {
  return savedByRouteUsd - measuringUsd;
}
