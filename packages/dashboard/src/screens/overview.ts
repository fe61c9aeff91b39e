import type { Observations } from '../data/observations.ts';
import { sumOfTallies, type Tally } from '../data/tally.ts';
import type { PeriodTally } from '../data/timeline.ts';
import type {
  Figure,
  Figures,
  Known,
  LatencyChart,
  OutcomeChart,
  Overview,
  Range,
  RequestRow,
  SpendChart,
} from '../wire/index.ts';
import { headlineOf } from './headline.ts';
import { bucketsOf, periodOf, shareOf } from './period.ts';

const NEWEST = 20;
const SPARKS = 20;

export function readOverview(observations: Observations, range: Range): Overview {
  const nowAtMs = observations.now();
  const period = observations.read(range);
  const before = observations.timeline.read(range, nowAtMs, 1);
  const wasThere = observations.startedAtMs <= before.fromAtMs;
  return {
    range,
    period: periodOf(period),
    saved: headlineOf(period.all, observations),
    figures: figuresOf(period, wasThere ? before.all : undefined),
    buckets: bucketsOf(period),
    spend: spendOf(period, observations),
    outcomes: outcomesOf(period),
    latency: latencyOf(period),
    newest: newestOf(observations),
  };
}

function newestOf({ log }: Observations): readonly RequestRow[] {
  return log.newest(NEWEST);
}

type Read = (tally: Tally) => Known;

function figuresOf(period: PeriodTally, before: Tally | undefined): Figures {
  const sparks = sparkTallies(period);
  const figure = (read: Read): Figure => ({
    value: read(period.all),
    ...(before !== undefined && { before: read(before) }),
    spark: sparks.map((tally) => (tally === undefined ? null : read(tally))),
  });
  const { all } = period;
  return {
    spentUsd: figure(({ money }) => money.spentUsd),
    requests: figure(({ requests }) => requests),
    hitRate: figure(({ cache }) => shareOf(cache.answered, cache.lookups)),
    noAnswer: { ...figure(({ unanswered }) => unanswered), share: shareOf(all.unanswered, all.requests) },
    firstChunkMs: { ...figure(({ firstChunks }) => firstChunks.quantile(0.5)), p95Ms: all.firstChunks.quantile(0.95) },
    modelCallMs: { ...figure(({ calls }) => calls.quantile(0.5)), p95Ms: all.calls.quantile(0.95) },
    tokensIn: {
      ...figure(({ usage }) => usage.tokensIn),
      cachedShare: shareOf(all.usage.tokensCached, all.usage.tokensIn),
    },
    tokensOut: figure(({ usage }) => usage.tokensOut),
  };
}

/** One to three buckets together; the last, unfinished one makes the last point. */
function sparkTallies({ buckets }: PeriodTally): (Tally | undefined)[] {
  const at = (index: number): number => Math.round((index * buckets.length) / SPARKS);
  return Array.from({ length: SPARKS }, (_, index) => {
    const parts = buckets.slice(at(index), at(index + 1)).filter((tally) => tally !== undefined);
    return sumOfTallies(parts);
  });
}

function spendOf({ buckets, all }: PeriodTally, { routes }: Observations): SpendChart {
  const spending = routes.all.filter(({ name }) => (all.routes.get(name)?.spentUsd ?? 0) > 0);
  return {
    routes: spending.map(({ name }) => ({
      route: name,
      usd: buckets.map((tally) => tally?.routes.get(name)?.spentUsd ?? 0),
      totalUsd: all.routes.get(name)?.spentUsd ?? 0,
    })),
    baselineUsd: buckets.map((tally) => tally?.money.baselineUsd ?? 0),
    savedUsd: buckets.map((tally) => tally?.money.savedUsd ?? 0),
    totalBaselineUsd: all.money.baselineUsd,
  };
}

function outcomesOf({ buckets }: PeriodTally): OutcomeChart {
  const counts = (read: (tally: Tally) => number): number[] =>
    buckets.map((tally) => (tally === undefined ? 0 : read(tally)));
  return {
    model: counts(({ byModel }) => byModel),
    cache: counts(({ byCache }) => byCache),
    late: counts(({ late }) => late),
    noAnswer: counts(({ unanswered }) => unanswered),
  };
}

function latencyOf({ buckets }: PeriodTally): LatencyChart {
  const line = (read: Read): Known[] => buckets.map((tally) => (tally === undefined ? null : read(tally)));
  return {
    p50Ms: line(({ calls }) => calls.quantile(0.5)),
    p95Ms: line(({ calls }) => calls.quantile(0.95)),
    firstChunkP50Ms: line(({ firstChunks }) => firstChunks.quantile(0.5)),
  };
}
