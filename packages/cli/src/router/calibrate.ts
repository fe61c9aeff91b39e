import {
  type CostMatchedControl,
  calibrate,
  type DominatedModel,
  dominatedModels,
  histogramOf,
  USUAL_Z,
} from 'tta-evaluation';
import { packQuestions, type RoutingWeights, type ScoreCalibration } from 'tta-observability-integration/learning';
import { type Io, writeLine } from '../output/io.ts';
import { answeredPairs, answerNotes } from './answers.ts';
import { settled, whyOf } from './choice.ts';
import { shown } from './figure.ts';
import { type FileFindings, readLog, skippedLines } from './log.ts';
import { canMeasure, type MeasuredRouter, measureRouters, verifierControl } from './measure.ts';
import { pairFor } from './named-pair.ts';
import type { CalibrateOptions } from './options.ts';
import { type Pair, pairNotes, pairRows } from './pair.ts';
import { readCosts } from './prices.ts';
import { startProgress } from './progress.ts';
import { rowsFor } from './split.ts';
import { unseenScores } from './unseen.ts';
import { verifiedIn } from './verified.ts';
import { checkWritable, readWeights, writeWeights } from './weights-file.ts';

/** What `tta router calibrate` found; with `--json` this object is all that is printed. Shares are in percent. */
export interface CalibrateReport extends Pair {
  /** Whether it is the verifier that was calibrated: how far an answer must be trusted. */
  readonly verifier: boolean;
  readonly out: string;
  readonly target: number;
  readonly z: number;
  readonly choice: ScoreCalibration['choice'];
  readonly threshold: number | null;
  /** Graded rows that it was chosen on. */
  readonly rows: number;
  /** Of them, how many it sends to the strong model, in percent. */
  readonly sent: number;
  /** Why everything goes to one model; null where the score decides. */
  readonly why: string | null;
  /** What to expect of new rows: each fifth with a threshold that was chosen on the others. Empty where rows are too few. */
  readonly expected: readonly MeasuredRouter[];
  /** Whether the verifier beats chance at the same spend; null without one. */
  readonly control: CostMatchedControl | null;
  /** Rows that were skipped, because they have no text of an answer that a verifier could judge. */
  readonly withoutAnswer: number;
  readonly dominated: readonly DominatedModel[];
  readonly notes: readonly string[];
  readonly files: readonly FileFindings[];
}

/**
 * Chooses the threshold between two models by the lower confidence bound, and writes it into the weights.
 *
 * @throws UsageError in one sentence if the files or the names do not allow it
 */
export async function runCalibrate(
  paths: readonly string[],
  options: CalibrateOptions,
  io: Io,
): Promise<CalibrateReport> {
  const { target, out = options.weights, seed, verifier = false } = options;
  const weights = await readWeights(options.weights);
  const pair = pairFor(weights, options);
  await checkWritable(out);
  const costOf = await readCosts(options.prices);
  const { rows: all, files } = await readLog(paths);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const chosen = rowsFor('learning', all, options.split);
  const paired = answeredPairs(pairRows(chosen.rows, pair, costOf), verifier, pair, costOf);
  const progress = await startProgress('calibrating', io);
  try {
    const unseen = await unseenScores(paired.rows, weights, pair, { seed, verifier }, progress);
    const { gains, trust, data, note } = unseen;
    const verified = verifiedIn(paired, pair.cheap, unseen);
    const scores = trust?.map((value) => -value) ?? gains;
    const choices = verified?.cascade ?? paired.choices;
    const found = calibrate(choices, scores, { target });
    const decided = settled(found, scores, choices);
    const calibration: ScoreCalibration = {
      target,
      z: USUAL_Z,
      choice: decided.choice,
      threshold: trust === undefined || decided.threshold === null ? decided.threshold : -decided.threshold,
      rows: found.rows,
      questions: packQuestions(data.questions),
      scores: histogramOf(trust ?? gains),
    };
    await progress.pause();
    progress.at(1, 'measuring');
    await progress.pause();
    const measuring = { target, seed, verified };
    const expected = canMeasure(data) ? measureRouters(data, paired.choices, gains, measuring) : [];
    await writeWeights(out, withCalibration(weights, pair, calibration, verifier));
    const { calls } = paired;
    return {
      ...pair,
      verifier,
      out,
      target,
      z: USUAL_Z,
      choice: calibration.choice,
      threshold: calibration.threshold,
      rows: found.rows,
      sent: calibration.choice === 'always_strong' ? 100 : (100 * found.sent) / found.rows,
      why: whyOf(calibration, pair, choices, scores),
      expected,
      control: verified && canMeasure(data) ? verifierControl(data, paired.choices, verified, measuring) : null,
      withoutAnswer: paired.withoutAnswer,
      dominated: dominatedModels({ [pair.cheap]: calls.cheap, [pair.strong]: calls.strong }),
      notes: [
        verifier ? undefined : chanceNote(expected),
        ...answerNotes(paired, pair.cheap),
        note,
        chosen.note,
        ...pairNotes(paired),
      ].filter((one) => one !== undefined),
      files,
    };
  } finally {
    progress.stop();
  }
}

/** Scores may pass the bound and still be worth no more than a coin: then the coin saves as much. */
function chanceNote(expected: readonly MeasuredRouter[]): string | undefined {
  const learned = expected.find(({ router }) => router === 'learned');
  if (learned === undefined || learned.apgr === null || learned.apgrLow === null || learned.apgrLow > 0.5)
    return undefined;
  const figure = shown({ value: learned.apgr, low: learned.apgrLow, high: learned.apgrHigh }, 3);
  return `The scores are not known to beat chance on these rows: their APGR is ${figure}, and that of a random mix 0.5.`;
}

function withCalibration(
  weights: RoutingWeights,
  pair: Pair,
  calibration: ScoreCalibration,
  isOfVerifier: boolean,
): RoutingWeights {
  if (!isOfVerifier || weights.verifier === undefined) return { ...weights, calibration: { ...pair, ...calibration } };
  return { ...weights, verifier: { ...weights.verifier, calibration } };
}
