import { type DominatedModel, dominatedModels, USUAL_ALPHA } from 'tta-evaluation';
import { questionOf, type RoutingWeights, type ScoreCalibration } from 'tta-observability-integration/learning';
import { type Io, writeLine } from '../output/io.ts';
import { answeredPairs, answerNotes, readingOf } from './answers.ts';
import { type Decision, decide, decideEarly } from './decide.ts';
import { type FileFindings, readLog, skippedLines } from './log.ts';
import { checkMaxCheapCost, costNote } from './max-cheap-cost.ts';
import { pairFor } from './named-pair.ts';
import type { CalibrateOptions } from './options.ts';
import { type Pair, pairNotes, pairRows } from './pair.ts';
import { readCosts } from './prices.ts';
import { startProgress } from './progress.ts';
import type { Asked } from './refusal.ts';
import { rowsFor } from './split.ts';
import { unseenScores } from './unseen.ts';
import { cascadeOf, verifiedIn } from './verified.ts';
import { checkWritable, readWeights, writeWeights } from './weights-file.ts';

/** What `tta router calibrate` found; with `--json` this object is all that is printed. Shares are in percent. */
export interface CalibrateReport extends Pair, Decision {
  /** Whether it is the verifier that was calibrated: how far an answer must be trusted. */
  readonly verifier: boolean;
  readonly out: string;
  readonly target: number;
  /** How often a calibration may promise what does not hold. */
  readonly alpha: number;
  /** Whether the weights were written; refused ones are with `--force` only. */
  readonly isWritten: boolean;
  /** Rows that were skipped, because they have no answer that a verifier could judge. */
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
  const { target, out = options.weights, seed, verifier = false, force = false, maxCheapCost } = options;
  const weights = await readWeights(options.weights, io.interrupted);
  const pair = pairFor(weights, options);
  await checkWritable(out);
  const costOf = await readCosts(options.prices, io.interrupted);
  const { rows: all, files } = await readLog(paths, io.interrupted);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const chosen = rowsFor('learning', all, options.split);
  const reading = verifier ? readingOf(weights) : undefined;
  const paired = answeredPairs(pairRows(chosen.rows, pair, costOf), reading, pair, costOf);
  const dominated = dominatedModels({ [pair.cheap]: paired.calls.cheap, [pair.strong]: paired.calls.strong });
  const asked: Asked = {
    pair,
    target,
    choices: verifier ? cascadeOf(paired.calls) : paired.choices,
    questions: paired.rows.map(questionOf),
    mostCheapCost: maxCheapCost,
  };
  checkMaxCheapCost(asked);
  const early = decideEarly(asked, dominated);
  const notes = [chosen.note, ...answerNotes(paired, pair), ...pairNotes(paired), costNote(asked)];
  const { withoutAnswer } = paired;
  const told = { ...pair, verifier, out, target, alpha: USUAL_ALPHA, withoutAnswer, dominated, files };
  if (early !== undefined && !force) return { ...told, ...early, isWritten: false, notes: present(notes) };
  const progress = await startProgress('calibrating', io);
  try {
    const unseen = await unseenScores(paired.rows, weights, pair, { seed, verifier }, progress);
    const verified = verifiedIn(paired, pair, reading, unseen);
    const scored = { asked, paired, unseen, verified, early: early?.refusal, seed };
    const { calibration, ...decision } = await decide(scored, progress);
    const isWritten = decision.refusal === null || force;
    if (isWritten) await writeWeights(out, withCalibration(weights, pair, calibration, verifier));
    return { ...told, ...decision, isWritten, notes: present([unseen.note, ...notes]) };
  } finally {
    progress.stop();
  }
}

export function present(notes: readonly (string | undefined)[]): readonly string[] {
  return notes.filter((note) => note !== undefined);
}

function withCalibration(
  weights: RoutingWeights,
  { cheap, strong }: Pair,
  calibration: ScoreCalibration,
  isOfVerifier: boolean,
): RoutingWeights {
  if (!isOfVerifier || weights.verifier === undefined)
    return { ...weights, calibration: { cheap, strong, ...calibration } };
  return { ...weights, verifier: { ...weights.verifier, calibration } };
}
