import type { MoneyTally } from '../data/money-tally.ts';
import type { Observations } from '../data/observations.ts';
import type { Tally } from '../data/tally.ts';
import type { SavedHeadline } from '../wire/index.ts';
import { measuredOf } from './hold-out.ts';

/** The one number and its parts, the same on every screen. */
export function headlineOf(tally: Tally, observations: Observations): SavedHeadline {
  const { money } = tally;
  const measured = measuredOf(tally);
  return {
    savedUsd: money.savedUsd,
    baselineUsd: money.baselineUsd,
    spentUsd: money.spentUsd,
    routingUsd: routingUsdOf(money),
    cacheUsd: money.savedByCacheUsd,
    noAnswerUsd: money.noAnswerUsd,
    wastedUsd: money.wastedUsd,
    failedTriesUsd: money.failedTriesUsd,
    measuringUsd: money.measuringUsd,
    baselines: observations.routes.all.filter(({ isBaseline }) => isBaseline).map(({ name }) => name),
    ...(measured !== undefined && { measured }),
    unpriced: money.unpriced,
  };
}

function routingUsdOf({ savedByRouteUsd, measuringUsd }: MoneyTally): number {
  return savedByRouteUsd - measuringUsd;
}
