import {
  type CostMatchedControl,
  chosenModel,
  costMatchedControl,
  type DominatedModel,
  dominatedModels,
  type GradedRow,
  predictor,
  questionOf,
  type RoutingWeights,
  unpackQuestions,
} from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { type Io, writeLine } from '../output/io.ts';
import { UsageError } from '../usage-error.ts';
import { evalLines } from './eval-lines.ts';
import type { LearningRows } from './learn.ts';
import { type FileFindings, readLog, skippedLines } from './log.ts';
import { canMeasure, type MeasuredRouter, measureRouters } from './measure.ts';
import type { PairOptions } from './options.ts';
import { callsIn, type Pair, type PairRows, pairNotes, pairRows } from './pair.ts';
import { type CostOf, readCosts } from './prices.ts';
import { startProgress } from './progress.ts';
import { rowsFor } from './split.ts';
import { trainedOn, unseenScores } from './unseen.ts';
import { checkHeads, readWeights } from './weights-file.ts';

/** What `tta router eval` found; with `--json` this object is all that is printed. Shares are in percent, APGR is not. */
export interface EvalReport extends Pair {
  readonly unit: 'percent';
  readonly n: number;
  readonly target: number;
  /** Where the learned router's threshold comes from: the weights, or from the other folds of the rows that are measured. */
  readonly threshold: 'weights' | 'other_folds';
  readonly routers: readonly MeasuredRouter[];
  /** Whether the threshold of the weights beats chance at the same spend; null where it is not what was measured. */
  readonly control: CostMatchedControl | null;
  readonly dominated: readonly DominatedModel[];
  readonly notes: readonly string[];
  readonly files: readonly FileFindings[];
}

const USUAL_TARGET = 0.98;
/** So many rows that the weights have not seen are enough to measure on them alone. */
const ENOUGH_UNSEEN = 100;

/**
 * Measures weights on rows that they were neither trained nor calibrated on.
 *
 * @throws UsageError in one sentence if the files or the names do not allow it
 */
export async function runEval(paths: readonly string[], options: PairOptions, io: Io): Promise<EvalReport> {
  const { seed } = options;
  const weights = await readWeights(options.weights);
  const costOf = await readCosts(options.prices);
  const { rows: all, files } = await readLog(paths);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const pair = pairOf(weights, options);
  const chosen = rowsFor('measuring', all, options.split);
  const measured = rowsToMeasure(pairRows(chosen.rows, pair, costOf), weights, pair, costOf);
  const progress = await startProgress('measuring', io);
  try {
    const { gains, data, note } = await unseenScores(measured.rows, weights, pair, seed, progress);
    if (!canMeasure(data))
      throw new UsageError(`${counted(data.rows.length, 'row')} with both models graded are too few to measure on`);
    const { target, sent, note: thresholdNote } = thresholdFor(weights, pair, measured, data, options.target);
    await progress.pause();
    const report: EvalReport = {
      unit: 'percent',
      ...pair,
      n: data.rows.length,
      target,
      threshold: sent === undefined ? 'other_folds' : 'weights',
      routers: measureRouters(data, measured.choices, gains, { target, seed, sent }),
      control: sent === undefined ? null : costMatchedControl(measured.choices, sent, seed),
      dominated: dominatedModels({ [pair.cheap]: measured.calls.cheap, [pair.strong]: measured.calls.strong }),
      notes: [note, thresholdNote, measured.note, chosen.note, ...pairNotes(measured)].filter(
        (one) => one !== undefined,
      ),
      files,
    };
    progress.stop();
    for (const line of options.json === true ? [JSON.stringify(report)] : evalLines(report, io))
      writeLine(io.stdout, line);
    return report;
  } finally {
    progress.stop();
  }
}

/** The models that were named, or else those that the weights are calibrated for. */
function pairOf(weights: RoutingWeights, { cheap, strong, weights: path }: PairOptions): Pair {
  const { calibration } = weights;
  const pair = { cheap: cheap ?? calibration?.cheap, strong: strong ?? calibration?.strong };
  if (pair.cheap === undefined || pair.strong === undefined) {
    throw new UsageError(`${path} is not calibrated, so --cheap and --strong must name the two models`);
  }
  const found = { cheap: pair.cheap, strong: pair.strong };
  checkHeads(weights, found, path);
  return found;
}

interface MeasuredRows extends PairRows {
  /** Whether the weights were neither trained nor calibrated on any of the rows. */
  readonly isNew: boolean;
  readonly note: string | undefined;
}

/** Rows that are new to the weights, if there are enough; else all of them. */
function rowsToMeasure(paired: PairRows, weights: RoutingWeights, pair: Pair, costOf: CostOf): MeasuredRows {
  const [wasTrainedOn, wasCalibratedOn] = [trainedOn(weights), calibratedOn(weights)];
  const fresh = paired.rows.filter((row) => !wasTrainedOn(row) && !wasCalibratedOn(row));
  const left = paired.rows.length - fresh.length;
  if (left > 0 && fresh.length < ENOUGH_UNSEEN) return { ...paired, isNew: false, note: undefined };
  const note =
    left === 0
      ? undefined
      : `${counted(left, 'row')} left out, because the weights were trained or calibrated on them.`;
  return { ...paired, rows: fresh, ...callsIn(fresh, pair, costOf), isNew: true, note };
}

function calibratedOn({ calibration }: RoutingWeights): (row: GradedRow) => boolean {
  if (calibration === undefined) return () => false;
  if (calibration.questions === undefined) return () => true;
  const isKnown = unpackQuestions(calibration.questions);
  return (row) => isKnown(questionOf(row));
}

/** The decisions of the weights, where they are calibrated for this and have not seen the rows. */
function thresholdFor(
  weights: RoutingWeights,
  { cheap, strong }: Pair,
  { isNew }: MeasuredRows,
  { vectors }: LearningRows,
  asked: number | undefined,
): { readonly target: number; readonly sent: Uint8Array | undefined; readonly note: string } {
  const { calibration } = weights;
  const isForPair = calibration?.cheap === cheap && calibration.strong === strong;
  const target = asked ?? (isForPair ? calibration.target : USUAL_TARGET);
  const others = 'each fifth of the rows got a threshold that was chosen on the other four';
  if (!isForPair)
    return { target, sent: undefined, note: `The weights are not calibrated for these models; ${others}.` };
  if (calibration.target !== target) {
    return { target, sent: undefined, note: `The weights are calibrated for another target; ${others}.` };
  }
  if (!isNew)
    return { target, sent: undefined, note: `The weights were trained or calibrated on these rows; ${others}.` };
  const { predictVector } = predictor(weights);
  const sent = Uint8Array.from(vectors, (vector) =>
    chosenModel(calibration, predictVector(vector)) === strong ? 1 : 0,
  );
  return {
    target,
    sent,
    note: `The learned router decided by the threshold in the weights, the others by thresholds for each fifth of the rows that were chosen on the other four.`,
  };
}
