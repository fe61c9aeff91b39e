import {
  type Choices,
  type CostMatchedControl,
  costMatchedControl,
  type DominatedModel,
  dominatedModels,
  sentBy,
} from 'tta-evaluation';
import {
  type GradedRow,
  questionOf,
  type RoutingWeights,
  type ScoreCalibration,
  unpackQuestions,
} from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { type Io, writeLine } from '../output/io.ts';
import { UsageError } from '../usage-error.ts';
import { answeredPairs, answerNotes, readingOf } from './answers.ts';
import type { LearningRows } from './learn.ts';
import { type FileFindings, readLog, skippedLines } from './log.ts';
import { canMeasure, type MeasuredRouter, type Measuring, measureRouters, verifierControl } from './measure.ts';
import { pairFor } from './named-pair.ts';
import type { PairOptions } from './options.ts';
import { callsIn, type Pair, type PairRows, pairNotes, pairRows } from './pair.ts';
import { type CostOf, readCosts } from './prices.ts';
import { startProgress } from './progress.ts';
import { rowsFor } from './split.ts';
import { trainedOn, type UnseenScores, unseenScores } from './unseen.ts';
import { verifiedIn } from './verified.ts';
import { readWeights } from './weights-file.ts';

/** What `tta router eval` found; with `--json` this object is all that is printed. Shares are in percent, APGR is not. */
export interface EvalReport extends Pair {
  /** Whether a verifier was measured, which decides after the cheap call. */
  readonly verifier: boolean;
  readonly unit: 'percent';
  readonly n: number;
  readonly target: number;
  /** Where the threshold of the learned router, or of the verifier, comes from: the weights, or from the other folds of the rows that are measured. */
  readonly threshold: 'weights' | 'other_folds';
  readonly routers: readonly MeasuredRouter[];
  /**
   * Whether the threshold of the weights beats chance at the same spend; null where it is not what was measured. Of a verifier it is
   * always told, if need be with the thresholds of the other folds.
   */
  readonly control: CostMatchedControl | null;
  /** Rows that were skipped, because they have no text of an answer that a verifier could judge. */
  readonly withoutAnswer: number;
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
  const { seed, verifier = false } = options;
  const weights = await readWeights(options.weights, io.interrupted);
  const costOf = await readCosts(options.prices, io.interrupted);
  const { rows: all, files } = await readLog(paths, io.interrupted);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const pair = pairFor(weights, options);
  const chosen = rowsFor('measuring', all, options.split);
  const reading = verifier ? readingOf(weights) : undefined;
  const paired = answeredPairs(pairRows(chosen.rows, pair, costOf), reading, pair, costOf);
  const calibration = verifier ? weights.verifier?.calibration : calibrationFor(weights, pair);
  const measured = rowsToMeasure(paired, trainedOn(weights), calibratedOn(weights, verifier), pair, costOf);
  const progress = await startProgress('measuring', io);
  try {
    const unseen = await unseenScores(measured.rows, weights, pair, { seed, verifier }, progress);
    const { gains, data, note } = unseen;
    if (!canMeasure(data))
      throw new UsageError(`${counted(data.rows.length, 'row')} with both models graded are too few to measure on`);
    const { target, isFixed, note: thresholdNote } = thresholdFor(calibration, measured, verifier, options.target);
    const judged = verifiedIn(measured, pair, reading, unseen);
    const sent = isFixed && calibration ? decisions(calibration, unseen) : undefined;
    const verified = judged && { ...judged, isOff: isFixed && calibration?.choice === 'always_strong' };
    const measuring = { target, seed, sent, verified };
    await progress.pause();
    return {
      unit: 'percent',
      ...pair,
      verifier,
      n: data.rows.length,
      target,
      threshold: sent === undefined ? 'other_folds' : 'weights',
      routers: measureRouters(data, measured.choices, gains, measuring),
      control: controlOf(data, measured.choices, measuring),
      withoutAnswer: paired.withoutAnswer,
      dominated: dominatedModels({ [pair.cheap]: measured.calls.cheap, [pair.strong]: measured.calls.strong }),
      notes: [
        ...answerNotes(paired, pair),
        note,
        thresholdNote,
        measured.note,
        chosen.note,
        ...pairNotes(measured),
      ].filter((one) => one !== undefined),
      files,
    };
  } finally {
    progress.stop();
  }
}

interface MeasuredRows extends PairRows {
  /** Whether the weights were neither trained nor calibrated on any of the rows. */
  readonly isNew: boolean;
  readonly note: string | undefined;
}

/** Rows that are new to the weights, if there are enough; else all of them. */
function rowsToMeasure(
  paired: PairRows,
  wasTrainedOn: (row: GradedRow) => boolean,
  wasCalibratedOn: (row: GradedRow) => boolean,
  pair: Pair,
  costOf: CostOf,
): MeasuredRows {
  const fresh = paired.rows.filter((row) => !wasTrainedOn(row) && !wasCalibratedOn(row));
  const left = paired.rows.length - fresh.length;
  if (left > 0 && fresh.length < ENOUGH_UNSEEN) return { ...paired, isNew: false, note: undefined };
  const note =
    left === 0
      ? undefined
      : `${counted(left, 'row')} left out, because the weights were trained or calibrated on them.`;
  return { ...paired, rows: fresh, ...callsIn(fresh, pair, costOf), isNew: true, note };
}

function calibratedOn({ calibration: ofRouter, verifier }: RoutingWeights, isOfVerifier: boolean) {
  const calibration = isOfVerifier ? verifier?.calibration : ofRouter;
  if (calibration === undefined) return () => false;
  if (calibration.questions === undefined) return () => true;
  const isKnown = unpackQuestions(calibration.questions);
  return (row: GradedRow): boolean => isKnown(questionOf(row));
}

function calibrationFor({ calibration }: RoutingWeights, { cheap, strong }: Pair): ScoreCalibration | undefined {
  return calibration?.cheap === cheap && calibration.strong === strong ? calibration : undefined;
}

/** Whether the threshold of the weights is what is to be measured: where it was chosen for this, and on none of the rows. */
function thresholdFor(
  calibration: ScoreCalibration | undefined,
  { isNew }: MeasuredRows,
  isOfVerifier: boolean,
  asked: number | undefined,
): { readonly target: number; readonly isFixed: boolean; readonly note: string } {
  const target = asked ?? calibration?.target ?? USUAL_TARGET;
  const others = 'each fifth of the rows got a threshold that was chosen on the other four';
  const isFixed = calibration !== undefined && calibration.target === target && isNew;
  if (isFixed) {
    const who = isOfVerifier ? 'verifier' : 'learned router';
    const rest = `the others by thresholds for each fifth of the rows that were chosen on the other four`;
    return { target, isFixed, note: `The ${who} decided by the threshold in the weights, ${rest}.` };
  }
  const reason =
    calibration === undefined
      ? `${isOfVerifier ? 'The verifier is not calibrated' : 'The weights are not calibrated for these models'}`
      : calibration.target !== target
        ? 'The weights are calibrated for another target'
        : 'The weights were trained or calibrated on these rows';
  return { target, isFixed, note: `${reason}; ${others}.` };
}

/** 1 where calibrated weights send a row to the strong model. */
function decisions({ choice, threshold }: ScoreCalibration, { gains, trust }: UnseenScores): Uint8Array {
  if (threshold === null) return new Uint8Array(gains.length).fill(choice === 'always_strong' ? 1 : 0);
  return trust === undefined
    ? sentBy(threshold, gains)
    : Uint8Array.from(trust, (value) => (value >= threshold ? 0 : 1));
}

function controlOf(data: LearningRows, choices: Choices, measuring: Measuring): CostMatchedControl | null {
  const { verified, sent, seed } = measuring;
  if (verified !== undefined) return verifierControl(data, choices, verified, measuring);
  return sent === undefined ? null : costMatchedControl(choices, sent, seed);
}
