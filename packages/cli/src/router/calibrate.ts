import {
  type CostMatchedControl,
  calibrate,
  costMatchedControl,
  type DominatedModel,
  dominatedModels,
  histogramOf,
  PromiseTest,
  sentBy,
  USUAL_ALPHA,
} from 'tta-evaluation';
import {
  packQuestions,
  questionOf,
  type RoutingWeights,
  type ScoreCalibration,
} from 'tta-observability-integration/learning';
import { type Io, writeLine } from '../output/io.ts';
import { answeredPairs, answerNotes } from './answers.ts';
import { settled, whyOf } from './choice.ts';
import { type FileFindings, readLog, skippedLines } from './log.ts';
import { canMeasure, type MeasuredRouter, measureRouters } from './measure.ts';
import { pairFor } from './named-pair.ts';
import type { CalibrateOptions } from './options.ts';
import { type Pair, pairNotes, pairRows } from './pair.ts';
import { readCosts } from './prices.ts';
import { startProgress } from './progress.ts';
import { type Asked, refusalAfter, refusalBefore } from './refusal.ts';
import { rowsFor } from './split.ts';
import { unseenScores } from './unseen.ts';
import { cascadeOf, verifiedIn } from './verified.ts';
import { checkWritable, readWeights, writeWeights } from './weights-file.ts';

/** What `tta router calibrate` found; with `--json` this object is all that is printed. Shares are in percent. */
export interface CalibrateReport extends Pair {
  /** Whether it is the verifier that was calibrated: how far an answer must be trusted. */
  readonly verifier: boolean;
  readonly out: string;
  readonly target: number;
  /** How often a calibration may promise what does not hold. */
  readonly alpha: number;
  /** Why nothing is promised, in one sentence that says what would be needed; null if the target is shown to be kept. */
  readonly refusal: string | null;
  /** Whether the weights were written; refused ones are with `--force` only. */
  readonly isWritten: boolean;
  /** Shown to be kept of the quality, and saved of the cost; null if nothing is. */
  readonly keptLow: number | null;
  readonly savedLow: number | null;
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
  /** Whether the decisions beat chance at the same spend; null where everything goes to one model. */
  readonly control: CostMatchedControl | null;
  /** Rows that were skipped, because they have no text of an answer that a verifier could judge. */
  readonly withoutAnswer: number;
  readonly dominated: readonly DominatedModel[];
  readonly notes: readonly string[];
  readonly files: readonly FileFindings[];
}

/**
 * Chooses the threshold between two models that is shown to keep the target and to save, and writes it into the weights. If none is,
 * it writes nothing, unless it is forced.
 *
 * @throws UsageError in one sentence if the files or the names do not allow it
 */
export async function runCalibrate(
  paths: readonly string[],
  options: CalibrateOptions,
  io: Io,
): Promise<CalibrateReport> {
  const { target, out = options.weights, seed, verifier = false, force = false } = options;
  const weights = await readWeights(options.weights, io.interrupted);
  const pair = pairFor(weights, options);
  await checkWritable(out);
  const costOf = await readCosts(options.prices, io.interrupted);
  const { rows: all, files } = await readLog(paths, io.interrupted);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const chosen = rowsFor('learning', all, options.split);
  const paired = answeredPairs(pairRows(chosen.rows, pair, costOf), verifier, pair, costOf);
  const dominated = dominatedModels({ [pair.cheap]: paired.calls.cheap, [pair.strong]: paired.calls.strong });
  const choices = verifier ? cascadeOf(paired.calls) : paired.choices;
  const asked: Asked = { pair, target, choices, questions: paired.rows.map(questionOf) };
  const early = refusalBefore(asked, dominated);
  const notes = [chosen.note, ...answerNotes(paired, pair.cheap), ...pairNotes(paired)];
  const told = {
    ...pair,
    verifier,
    out,
    target,
    alpha: USUAL_ALPHA,
    withoutAnswer: paired.withoutAnswer,
    dominated,
    files,
  };
  const count = paired.rows.length;
  if (early !== undefined && !force) return { ...told, ...refusedAtOnce(early, count), notes: present(notes) };
  const progress = await startProgress('calibrating', io);
  try {
    const unseen = await unseenScores(paired.rows, weights, pair, { seed, verifier }, progress);
    const { gains, trust, data, note } = unseen;
    const verified = verifiedIn(paired, pair.cheap, unseen);
    const scores = trust?.map((value) => -value) ?? gains;
    const found = calibrate(choices, scores, { target, questions: asked.questions });
    const decided = settled(found, scores, choices, target);
    const sent = sentIn(decided, scores);
    await progress.pause();
    progress.at(1, 'measuring');
    await progress.pause();
    const measuring = { target, seed, verified };
    const expected = canMeasure(data) ? measureRouters(data, paired.choices, gains, measuring) : [];
    const control = decided.choice === 'by_score' ? costMatchedControl(choices, sent, seed, paired.choices) : undefined;
    const measured = verifier ? undefined : expected.find(({ router }) => router === 'learned');
    const refusal = early ?? refusalAfter(asked, found, scores, control, measured) ?? null;
    const bounds = boundsOf(asked, sent);
    const calibration: ScoreCalibration = {
      target,
      promise: refusal === null ? 'shown' : 'not_shown',
      alpha: USUAL_ALPHA,
      ...bounds,
      choice: decided.choice,
      threshold: trust === undefined || decided.threshold === null ? decided.threshold : -decided.threshold,
      rows: found.rows,
      questions: packQuestions(data.questions),
      scores: histogramOf(trust ?? gains),
    };
    const isWritten = refusal === null || force;
    if (isWritten) await writeWeights(out, withCalibration(weights, pair, calibration, verifier));
    return {
      ...told,
      refusal,
      isWritten,
      keptLow: percentOf(bounds.keptLow),
      savedLow: percentOf(bounds.savedLow),
      choice: calibration.choice,
      threshold: calibration.threshold,
      rows: found.rows,
      sent: (100 * sent.reduce((sum, one) => sum + one, 0)) / count,
      why: refusal === null ? whyOf(calibration, pair, choices) : null,
      expected,
      control: control ?? null,
      notes: present([note, ...notes]),
    };
  } finally {
    progress.stop();
  }
}

/** What is said where no scores are needed to refuse. */
function refusedAtOnce(refusal: string, rows: number) {
  const nothing = {
    isWritten: false,
    keptLow: null,
    savedLow: null,
    threshold: null,
    why: null,
    control: null,
  } as const;
  return { refusal, ...nothing, choice: 'always_strong', rows, sent: 100, expected: [] } as const;
}

function sentIn(
  { choice, threshold }: Pick<ScoreCalibration, 'choice' | 'threshold'>,
  scores: Float64Array,
): Uint8Array {
  if (threshold !== null) return sentBy(threshold, scores);
  return new Uint8Array(scores.length).fill(choice === 'always_strong' ? 1 : 0);
}

/** What rows show of decisions, as shares. */
function boundsOf(
  { choices, questions, target }: Asked,
  sent: Uint8Array,
): { readonly keptLow: number; readonly savedLow: number | null } {
  const test = new PromiseTest(choices, { questions });
  const kept = { scores: Float64Array.from(sent), threshold: 0 };
  return { keptLow: test.keptLow(kept, target), savedLow: test.savedLow(kept) };
}

function percentOf(share: number | null): number | null {
  return share === null ? null : 100 * share;
}

function present(notes: readonly (string | undefined)[]): readonly string[] {
  return notes.filter((note) => note !== undefined);
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
