import { type Choices, calibrate, type Random, seededRandom } from 'tta-evaluation';
import type { Pool } from './pools.ts';
import { type Truth, truthOf } from './truth.ts';

const SIZES = [20, 50, 100, 300, 1_000, 3_000] as const;
const TARGETS = [0.95, 0.98, 0.99] as const;

/** The results of calibrations on a number of rows of a pool, in percent. */
export interface Cell {
  readonly pool: string;
  readonly rows: number;
  readonly target: number;
  readonly calibrations: number;
  readonly refused: number;
  /** Calibrations that were not refused. */
  readonly admitted: number;
  /** Share of calibrations (all, and not refused) that miss the target on the whole pool. Null if all were refused. */
  readonly missed: number;
  readonly missedOfAdmitted: number | null;
  /** Share of calibrations not refused that save nothing on the whole pool. */
  readonly lossesOfAdmitted: number | null;
  /** What those not refused save on the whole pool, on average. */
  readonly saved: number | null;
}

interface Tally {
  admitted: number;
  missed: number;
  losses: number;
  saved: number;
}

/** What is simulated at once: all targets for one number of rows of one pool. */
export interface Task {
  readonly pool: number;
  readonly rows: number;
}

/** All tasks of so many pools. */
export function tasksOf(pools: number): readonly Task[] {
  return Array.from({ length: pools }, (_, pool) => SIZES.map((rows) => ({ pool, rows }))).flat();
}

/** Calibrates again and again on rows drawn from a pool, and looks at the whole pool whether the promise holds. */
export function simulate(pool: Pool, rows: number, calibrations: number): readonly Cell[] {
  const random = seededRandom(rows);
  const truthAt = truthOf(pool);
  const tallies = TARGETS.map((): Tally => ({ admitted: 0, missed: 0, losses: 0, saved: 0 }));
  for (let drawn = 0; drawn < calibrations; drawn += 1) {
    const { choices, scores } = sampleOf(pool, rows, random);
    for (const [index, target] of TARGETS.entries()) {
      const { threshold, isAdmitted } = calibrate(choices, scores, { target });
      if (isAdmitted) count(tallies[index] as Tally, truthAt(threshold), target);
    }
  }
  return TARGETS.map((target, index) => cellOf(pool.name, rows, target, calibrations, tallies[index] as Tally));
}

/** Sums of floats miss a bound by less. */
const ROUNDING = 1e-9;

function count(tally: Tally, { retained, saved }: Truth, target: number): void {
  tally.admitted += 1;
  tally.saved += saved;
  if (retained < 100 * target - ROUNDING) tally.missed += 1;
  if (saved < -ROUNDING) tally.losses += 1;
}

function cellOf(pool: string, rows: number, target: number, calibrations: number, tally: Tally): Cell {
  const { admitted, missed, losses, saved } = tally;
  const ofAdmitted = (sum: number): number | null => (admitted === 0 ? null : sum / admitted);
  const percent = (share: number | null): number | null => (share === null ? null : 100 * share);
  return {
    pool,
    rows,
    target: 100 * target,
    calibrations,
    refused: 100 * (1 - admitted / calibrations),
    admitted,
    missed: (100 * missed) / calibrations,
    missedOfAdmitted: percent(ofAdmitted(missed)),
    lossesOfAdmitted: percent(ofAdmitted(losses)),
    saved: ofAdmitted(saved),
  };
}

function sampleOf(pool: Pool, rows: number, random: Random): Pick<Pool, 'choices' | 'scores'> {
  const places = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) places[row] = Math.floor(random() * pool.scores.length);
  const at = (column: Float64Array): Float64Array => {
    const drawn = new Float64Array(rows);
    for (let row = 0; row < rows; row += 1) drawn[row] = column[places[row] as number] as number;
    return drawn;
  };
  const { cheapQuality, strongQuality, cheapCost, strongCost, baselineCost } = pool.choices;
  const choices: Choices = {
    cheapQuality: at(cheapQuality),
    strongQuality: at(strongQuality),
    cheapCost: at(cheapCost),
    strongCost: at(strongCost),
    baselineCost: at(baselineCost),
  };
  return { choices, scores: at(pool.scores) };
}
