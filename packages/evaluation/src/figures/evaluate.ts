import { seededRandom } from '../random.ts';
import { bestStaticSaved, oracleScores, randomOrderApgr } from './baselines.ts';
import { percentileInterval, resample } from './bootstrap.ts';
import { type Choices, total } from './choices.ts';
import { type CurveMetrics, curveMetrics } from './curve.ts';
import { type Outcome, type OutcomeFigures, outcomeFigures, outcomeOf } from './outcome.ts';
import { type Ranking, rankingOf } from './ranking.ts';
import type { EvaluationOptions, ScoredRouter } from './scored-router.ts';
import { type Settled, settle } from './settle.ts';

/** What was measured of one router. Everything but APGR is in percent. */
export interface RouterFigures extends CurveMetrics {
  readonly router: string;
  readonly n: number;
  readonly apgrLow: number | null;
  readonly apgrHigh: number | null;
  readonly cpt50Low: number | null;
  readonly cpt50High: number | null;
  readonly cpt80Low: number | null;
  readonly cpt80High: number | null;
  readonly saved95Low: number | null;
  readonly saved95High: number | null;
  readonly saved98Low: number | null;
  readonly saved98High: number | null;
  readonly saved99Low: number | null;
  readonly saved99High: number | null;
  /** With the threshold fixed beforehand, on other rows: the headline. */
  readonly calibrated: CalibratedFigures;
}

export interface CalibratedFigures extends OutcomeFigures {
  /** The share of the strong model's quality that was to be kept. */
  readonly target: number;
  /** False where no threshold is shown to keep the target and to save: then every row went to the strong model alone. */
  readonly isAdmitted: boolean;
  /** What the rows that the threshold was chosen on show to be kept and saved, at least; null if none is admitted. */
  readonly keptLow: number | null;
  readonly savingLow: number | null;
}

/**
 * Measures routers on graded rows beside the four baselines `random`, `best static` and `oracle` (and `length`, which is a router
 * like any other): all on the same resamples, so their intervals are paired.
 *
 * APGR is null, for every router, where the 95 % interval of the gap between the two models contains 0.
 *
 * @param calibration - what rows to choose thresholds on give and cost
 * @param test - what rows to measure on give and cost; none of them in `calibration`
 */
export function evaluateRouters(
  calibration: Choices,
  test: Choices,
  routers: readonly ScoredRouter[],
  options: EvaluationOptions,
): readonly RouterFigures[] {
  const oracle: ScoredRouter = {
    router: 'oracle',
    calibrationScores: oracleScores(calibration),
    scores: oracleScores(test),
  };
  const all = [...routers, ...withoutSight(calibration, test, options.seed), oracle].map((router) =>
    prepared(router, calibration, test, options),
  );
  const gaps: number[] = [];
  resample(test.cheapQuality.length, options.seed, (counts) => {
    gaps.push(total(test.strongQuality, counts) - total(test.cheapQuality, counts));
    for (const router of all) {
      const { settled, sent, draws } = router;
      const curve = curveOf(router, counts);
      const outcome = outcomeOf(settled, sent, counts);
      for (const name of CURVE_INTERVALS) draws[name].push(curve[name]);
      draws.retained.push(outcome.retained);
      draws.saved.push(outcome.saved);
    }
  });
  const gap = percentileInterval(gaps);
  const hasGap = gap.low !== null && gap.high !== null && (gap.low > 0 || gap.high < 0);
  return all.map((router) => {
    const figures = figuresOf(router, hasGap, options.target);
    return router.router === 'random' ? { ...figures, ...chance(test, hasGap, options) } : figures;
  });
}

const CURVE_INTERVALS = ['apgr', 'cpt50', 'cpt80', 'saved95', 'saved98', 'saved99'] as const;

interface PreparedRouter extends Settled {
  readonly router: string;
  readonly choices: Choices;
  readonly ranking: Ranking;
  readonly draws: Readonly<Record<(typeof CURVE_INTERVALS)[number] | 'retained' | 'saved', (number | null)[]>>;
}

/** Two routers that see nothing of a row: one tosses a coin per row, the other does the same with every row. */
function withoutSight(calibration: Choices, test: Choices, seed: number): readonly ScoredRouter[] {
  const random = seededRandom(seed);
  return [
    {
      router: 'random',
      calibrationScores: calibration.cheapQuality.map(() => random()),
      scores: test.cheapQuality.map(() => random()),
    },
    {
      router: 'best static',
      calibrationScores: calibration.cheapQuality.map(() => 0),
      scores: test.cheapQuality.map(() => 0),
    },
  ];
}

function prepared(
  router: ScoredRouter,
  calibration: Choices,
  test: Choices,
  options: EvaluationOptions,
): PreparedRouter {
  const { choices = test, scores } = router;
  return {
    router: router.router,
    choices,
    ranking: rankingOf(router.router === 'random' ? scores.map(() => 0) : scores), // ties are the exact random mix
    ...settle(router, calibration, test, options),
    draws: { apgr: [], cpt50: [], cpt80: [], saved95: [], saved98: [], saved99: [], retained: [], saved: [] },
  };
}

function figuresOf(router: PreparedRouter, hasGap: boolean, target: number): RouterFigures {
  const { settled, sent, draws } = router;
  const curve = curveOf(router);
  const outcome = outcomeOf(settled, sent);
  const apgr = percentileInterval(draws.apgr);
  const [cpt50, cpt80] = [draws.cpt50, draws.cpt80].map(percentileInterval);
  const [saved95, saved98, saved99] = [draws.saved95, draws.saved98, draws.saved99].map(percentileInterval);
  return {
    router: router.router,
    n: sent.length,
    ...curve,
    apgr: hasGap ? curve.apgr : null,
    apgrLow: hasGap ? apgr.low : null,
    apgrHigh: hasGap ? apgr.high : null,
    cpt50Low: cpt50?.low ?? null,
    cpt50High: cpt50?.high ?? null,
    cpt80Low: cpt80?.low ?? null,
    cpt80High: cpt80?.high ?? null,
    saved95Low: saved95?.low ?? null,
    saved95High: saved95?.high ?? null,
    saved98Low: saved98?.low ?? null,
    saved98High: saved98?.high ?? null,
    saved99Low: saved99?.low ?? null,
    saved99High: saved99?.high ?? null,
    calibrated: calibratedBy(router, outcomeFigures(outcome, draws), target),
  };
}

/**
 * Calibrates one router, and measures it at its threshold alone: what {@link evaluateRouters} says of it, without the curve.
 */
export function calibratedFigures(
  router: ScoredRouter,
  calibration: Choices,
  test: Choices,
  options: EvaluationOptions,
): CalibratedFigures {
  const found = settle(router, calibration, test, options);
  const { settled, sent } = found;
  const draws: Record<keyof Outcome, (number | null)[]> = { retained: [], saved: [] };
  resample(sent.length, options.seed, (counts) => {
    const { retained, saved } = outcomeOf(settled, sent, counts);
    draws.retained.push(retained);
    draws.saved.push(saved);
  });
  return calibratedBy(found, outcomeFigures(outcomeOf(settled, sent), draws), options.target);
}

function calibratedBy({ isAdmitted, shown }: Settled, figures: OutcomeFigures, target: number): CalibratedFigures {
  const percent = (share: number | null | undefined): number | null => (share == null ? null : 100 * share);
  return {
    target: 100 * target,
    ...figures,
    isAdmitted,
    keptLow: percent(shown?.keptLow),
    savingLow: percent(shown?.savedLow),
  };
}

/** A random mix: its curve is exact, its APGR is simulated, and the interval is that of single random orders. */
function chance(
  test: Choices,
  hasGap: boolean,
  { seed, randomOrders = 10_000 }: EvaluationOptions,
): Pick<RouterFigures, 'apgr' | 'apgrLow' | 'apgrHigh'> {
  if (!hasGap) return { apgr: null, apgrLow: null, apgrHigh: null };
  const figures = randomOrderApgr(test, randomOrders, seed);
  const { low, high } = percentileInterval(figures);
  return { apgr: figures.reduce((sum, figure) => sum + figure, 0) / figures.length, apgrLow: low, apgrHigh: high };
}

function curveOf({ router, choices, ranking }: PreparedRouter, counts?: Uint16Array): CurveMetrics {
  if (router !== 'best static') return curveMetrics(choices, ranking, counts);
  const savedAt = (retention: number): number => bestStaticSaved(choices, retention, counts);
  const none = { apgr: null, cpt50: null, cpt80: null }; // a static choice is a point, not a curve
  return { ...none, saved95: savedAt(0.95), saved98: savedAt(0.98), saved99: savedAt(0.99) };
}
