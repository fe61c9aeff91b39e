import { type CalibrationOptions, calibrate, sentBy } from './calibrate.ts';
import type { Choices } from './choices.ts';
import { type Kept, PromiseTest } from './promise.ts';
import type { EvaluationOptions, ScoredRouter } from './scored-router.ts';

/** What a router decides once its threshold is in force. */
export interface Settled {
  /** What decisions cost then: nothing comes before the strong model where everything goes to it. */
  readonly settled: Choices;
  /** 1 where a row goes to the strong model. */
  readonly sent: Uint8Array;
  /** False where no threshold is shown to keep the target and to save; with folds, in any of them. */
  readonly isAdmitted: boolean;
  /** What the calibration rows show of one threshold, as shares; null if none is admitted, or each fold has its own. */
  readonly shown: { readonly keptLow: number; readonly savedLow: number | null } | null;
}

/** Chooses the thresholds of a router, unless they were fixed before, and applies them to the rows that it is measured on. */
export function settle(
  router: ScoredRouter,
  calibration: Choices,
  test: Choices,
  { folds, ...options }: EvaluationOptions,
): Settled {
  const { calibrationChoices = calibration, choices = test, calibrationScores, scores, sent, isOff } = router;
  const off: Settled = {
    settled: { ...choices, strongCost: choices.baselineCost },
    sent: new Uint8Array(scores.length).fill(1),
    isAdmitted: false,
    shown: null,
  };
  if (isOff === true) return off;
  if (sent !== undefined) return { settled: choices, sent, isAdmitted: true, shown: null };
  const rows = Array.from(scores.keys());
  if (folds === undefined) {
    const threshold = shownThreshold(calibrationChoices, calibrationScores, options);
    if (threshold === undefined) return off;
    const kept = { scores: calibrationScores, threshold };
    const shown = shownBy(new PromiseTest(calibrationChoices, options), kept, options.target);
    return { settled: choices, sent: sentBy(threshold, scores), isAdmitted: true, shown };
  }
  const thresholds = new Map(
    [...new Set(folds)].map((fold) => {
      const others = rows.filter((row) => folds[row] !== fold);
      return [fold, shownThreshold(choicesOf(choices, others), columnOf(scores, others), options)] as const;
    }),
  );
  const thresholdOf = (row: number): number | undefined => thresholds.get(folds[row] as number);
  return {
    settled: {
      ...choices,
      strongCost: choices.strongCost.map((cost, row) =>
        thresholdOf(row) === undefined ? (choices.baselineCost[row] as number) : cost,
      ),
    },
    sent: Uint8Array.from(rows, (row) => ((scores[row] as number) > (thresholdOf(row) ?? -Infinity) ? 1 : 0)),
    isAdmitted: [...thresholds.values()].every((threshold) => threshold !== undefined),
    shown: null,
  };
}

function shownBy(test: PromiseTest, kept: Kept, target: number): NonNullable<Settled['shown']> {
  return { keptLow: test.keptLow(kept, target), savedLow: test.savedLow(kept) };
}

/** The calibrated threshold, or undefined where none is shown to keep the target and to save. */
function shownThreshold(choices: Choices, scores: Float64Array, options: CalibrationOptions): number | undefined {
  if (scores.length === 0) return undefined;
  const { threshold, isAdmitted } = calibrate(choices, scores, options);
  return isAdmitted ? threshold : undefined;
}

function choicesOf(choices: Choices, rows: readonly number[]): Choices {
  return {
    cheapQuality: columnOf(choices.cheapQuality, rows),
    strongQuality: columnOf(choices.strongQuality, rows),
    cheapCost: columnOf(choices.cheapCost, rows),
    strongCost: columnOf(choices.strongCost, rows),
    baselineCost: columnOf(choices.baselineCost, rows),
  };
}

function columnOf(column: Float64Array, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => column[row] as number);
}
