import { dominatedModels, USUAL_ALPHA } from 'tta-evaluation';
import { questionOf, type RoutingWeights } from 'tta-observability-integration/learning';
import { type Io, writeLine } from '../output/io.ts';
import { UsageError } from '../usage-error.ts';
import { answeredPairs, answerNotes, readingIn } from './answers.ts';
import { type CalibrateReport, present } from './calibrate.ts';
import { decide, decideEarly } from './decide.ts';
import { hashBitsFor } from './hash-bits.ts';
import { FOLDS, type LearningRows, learn, learningRows, trainingOf } from './learn.ts';
import { learnVerifier } from './learn-verifier.ts';
import { readLog, skippedLines } from './log.ts';
import { checkMaxCheapCost, costNote } from './max-cheap-cost.ts';
import type { CertifyOptions } from './options.ts';
import { type Pair, pairNotes, pairRows } from './pair.ts';
import { readCosts } from './prices.ts';
import { type Progress, shareOf, startProgress } from './progress.ts';
import type { Asked } from './refusal.ts';
import { rowsFor } from './split.ts';
import type { UnseenScores } from './unseen.ts';
import { cascadeOf, verifiedIn } from './verified.ts';
import { checkWritable, writeWeights } from './weights-file.ts';

/** What `tta router certify` found; with `--json` this object is all that is printed. Shares are in percent. */
export interface CertifyReport extends CalibrateReport {
  /** The size of the file; null if it was not written. */
  readonly bytes: number | null;
  readonly durationMs: number;
}

/**
 * Learns to judge the answers of the cheap model, by what a second one says too if one is named, chooses how far an answer must be
 * trusted for the target to be kept and something to be saved, and writes all of it into one file. If the rows do not show both, it writes
 * nothing, unless it is forced.
 *
 * @throws UsageError in one sentence if the files or the names do not allow it
 */
export async function runCertify(paths: readonly string[], options: CertifyOptions, io: Io): Promise<CertifyReport> {
  const startedAt = performance.now();
  const { target, out, seed, force = false, maxCheapCost } = options;
  const pair = namedModels(options);
  await checkWritable(out);
  const costOf = await readCosts(options.prices, io.interrupted);
  const { rows: all, files } = await readLog(paths, io.interrupted);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const chosen = rowsFor('learning', all, options.split);
  const both = pairRows(chosen.rows, pair, costOf);
  const reading = readingIn(both.rows, pair);
  const paired = answeredPairs(both, reading, pair, costOf);
  const { rows, calls, withoutAnswer } = paired;
  const dominated = dominatedModels({ [pair.cheap]: calls.cheap, [pair.strong]: calls.strong });
  const questions = rows.map(questionOf);
  const asked: Asked = { pair, target, choices: cascadeOf(calls), questions, mostCheapCost: maxCheapCost };
  checkMaxCheapCost(asked);
  const early = decideEarly(asked, dominated);
  const size = hashBitsFor(rows, 2, options.hashBits, reading === 'text');
  const notes = [chosen.note, size.note, ...answerNotes(paired, pair), ...pairNotes(paired), costNote(asked)];
  const told = { ...pair, verifier: true, out, target, alpha: USUAL_ALPHA, withoutAnswer, dominated, files };
  if (early !== undefined && !force) {
    const durationMs = performance.now() - startedAt;
    return { ...told, ...early, isWritten: false, bytes: null, durationMs, notes: present(notes) };
  }
  const progress = await startProgress('certifying', io);
  try {
    const data = learningRows(rows, size.hashBits);
    const judged = await learnVerifier(data, pair, reading, seed, shareOf(progress, 0, 0.8));
    const unseen = unseenBy(judged, data);
    const weights = await learned(data, pair, judged.chances, seed, shareOf(progress, 0.8, 0.95));
    const verified = verifiedIn(paired, pair, reading, unseen);
    const scored = { asked, paired, unseen, verified, early: early?.refusal, seed };
    const { calibration, ...decision } = await decide(scored, progress);
    const isWritten = decision.refusal === null || force;
    const file: RoutingWeights = { ...weights, verifier: { ...judged.verifier, calibration } };
    const bytes = isWritten ? await writeWeights(out, file) : null;
    const durationMs = performance.now() - startedAt;
    return { ...told, ...decision, isWritten, bytes, durationMs, notes: present([unseen.note, ...notes]) };
  } finally {
    progress.stop();
  }
}

type Judged = Awaited<ReturnType<typeof learnVerifier>>;

/** What the verifiers say that had not seen a row. */
function unseenBy({ trust, chances }: Judged, data: LearningRows): UnseenScores {
  const gains = chances.strong.map((strong, row) => strong - (chances.cheap[row] as number));
  const note = `Each row was judged by a verifier that was learned from the other ${FOLDS - 1} of ${FOLDS} folds; the one in the file was learned from all of them.`;
  return { gains, trust, data, note };
}

async function learned(
  data: LearningRows,
  { cheap, strong }: Pair,
  chances: Judged['chances'],
  seed: number,
  progress: Progress,
): Promise<RoutingWeights> {
  const weights = await learn(data, [cheap, strong], seed, progress);
  return { ...weights, training: trainingOf(data, { [cheap]: chances.cheap, [strong]: chances.strong }, seed) };
}

/** @throws UsageError if a model is named twice */
function namedModels({ cheap, second, strong }: CertifyOptions): Pair {
  const named = second === undefined ? { cheap, strong } : { cheap, second, strong };
  const models = Object.values(named);
  if (new Set(models).size === models.length) return named;
  const options = second === undefined ? '--cheap and --strong' : '--cheap, --second and --strong';
  throw new UsageError(`${options} must name different models, not ${models.join(', ')}`);
}
