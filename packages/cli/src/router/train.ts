import type { TrainedVerifier } from 'tta-evaluation';
import type { GradedRow, RoutingWeights } from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { type Io, writeLine } from '../output/io.ts';
import { listed, UsageError } from '../usage-error.ts';
import { answeredRows, answerNotes, seenOf } from './answers.ts';
import type { Figure } from './figure.ts';
import { hashBitsFor } from './hash-bits.ts';
import { type Chances, type LearningRows, learn, learningRows, outOfFold, qualitiesOf, trainingOf } from './learn.ts';
import { learnVerifier } from './learn-verifier.ts';
import { type LearnedModel, type LearnedPair, learnedModel, learnedPair, orderWorth } from './learned.ts';
import { type FileFindings, readLog, skippedLines } from './log.ts';
import { verifierPair } from './named-pair.ts';
import type { TrainOptions } from './options.ts';
import { type Pair, pairedRows } from './pair.ts';
import { type Progress, shareOf, startProgress } from './progress.ts';
import { rowsFor } from './split.ts';
import { checkWritable, writeWeights } from './weights-file.ts';

/** What `tta router train` found; with `--json` this object is all that is printed. */
export interface TrainReport {
  readonly out: string;
  readonly bytes: number;
  readonly hashBits: number;
  readonly rows: number;
  readonly durationMs: number;
  readonly models: readonly LearnedModel[];
  readonly pairs: readonly LearnedPair[];
  /** Null unless a verifier was asked for. */
  readonly verifier: VerifierFigures | null;
  /** What the reader must know to judge the figures. */
  readonly notes: readonly string[];
  readonly files: readonly FileFindings[];
}

/** What a verifier is worth on rows that it had not seen: orders of rows by the need of the strong model, as APGR. */
export interface VerifierFigures extends Pair {
  readonly rows: number;
  /** Rows that were skipped, because they have no text of an answer. */
  readonly withoutAnswer: number;
  /** Null, all of them, where the strong model may not be the better one. */
  readonly apgr: Figure | null;
  /** What is known before the call. */
  readonly beforeApgr: Figure | null;
  /** The length of the answer: long ones first. */
  readonly lengthApgr: Figure | null;
}

/** Of a model with fewer graded answers nothing is learned. */
const LEAST_GRADED = 20;

/**
 * Learns weights from routing logs and writes them to a file, with what later commands need to keep what was learned apart from
 * what is measured.
 *
 * @throws UsageError in one sentence if nothing can be learned from the files
 */
export async function runTrain(paths: readonly string[], options: TrainOptions, io: Io): Promise<TrainReport> {
  const startedAt = performance.now();
  const pair = verifierPair(options);
  await checkWritable(options.out);
  const { rows: all, files } = await readLog(paths, io.interrupted);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const chosen = rowsFor('learning', all, options.split);
  const answered = pair && answeredRows(pairedRows(chosen.rows, pair).paired, pair);
  const { models, leftOut } = modelsIn(
    answered?.rows ?? chosen.rows,
    pair ? [pair.cheap, pair.strong] : options.models,
  );
  const rows =
    answered?.rows ??
    chosen.rows.filter(({ answers }) => models.some((model) => answers[model]?.quality !== undefined));
  const size = hashBitsFor(rows, models.length, options.hashBits, pair !== undefined);
  const progress = await startProgress('learning', io);
  try {
    const data = learningRows(rows, size.hashBits);
    checkFolds(data, models);
    const judged = pair && (await learnVerifier(data, pair, 'text', options.seed, shareOf(progress, 0, 0.75)));
    const chances =
      judged === undefined
        ? await outOfFold(data, models, options.seed, shareOf(progress, 0, 0.75))
        : { [judged.verifier.cheap]: judged.chances.cheap, [judged.verifier.strong]: judged.chances.strong };
    const learned = await learn(data, models, options.seed, shareOf(progress, 0.75, 0.9));
    const found = await measured(data, models, chances, options.seed, shareOf(progress, 0.9, 1));
    const weights: RoutingWeights = {
      ...learned,
      training: trainingOf(data, chances, options.seed),
      ...(judged && { verifier: judged.verifier }),
    };
    const bytes = await writeWeights(options.out, weights);
    progress.stop();
    const verifier =
      judged && answered
        ? { ...verifierFigures(data, judged, chances, options.seed), withoutAnswer: answered.withoutAnswer }
        : null;
    const skipped = pair && answered ? answerNotes(answered, pair) : [];
    const notes = [...skipped, chosen.note, size.note, leftOut].filter((note) => note !== undefined);
    const { hashBits } = size;
    return {
      out: options.out,
      bytes,
      hashBits,
      rows: rows.length,
      durationMs: performance.now() - startedAt,
      ...found,
      verifier,
      notes,
      files,
    };
  } finally {
    progress.stop();
  }
}

/** What was learned of each model, and between each and the best one. */
async function measured(
  data: LearningRows,
  models: readonly string[],
  chances: Chances,
  seed: number,
  { at, pause }: Progress,
): Promise<Pick<TrainReport, 'models' | 'pairs'>> {
  const found: LearnedModel[] = [];
  for (const [done, model] of models.entries()) {
    at(done / models.length, `measuring ${model}`);
    await pause();
    found.push(learnedModel(data, model, chances[model] as Float64Array, seed));
  }
  const strong = found.reduce((best, one) => (one.quality > best.quality ? one : best)).model;
  const pairs: LearnedPair[] = [];
  for (const cheap of models.filter((model) => model !== strong)) {
    await pause();
    const pair = learnedPair(data, { cheap, strong }, chances, seed);
    if (pair !== undefined) pairs.push(pair);
  }
  return { models: found, pairs };
}

function verifierFigures(
  data: LearningRows,
  { verifier, trust }: TrainedVerifier,
  chances: Chances,
  seed: number,
): Omit<VerifierFigures, 'withoutAnswer'> {
  const { cheap, strong } = verifier;
  const before = data.rows.map((_, row) => (chances[strong]?.[row] ?? 0) - (chances[cheap]?.[row] ?? 0));
  const lengths = seenOf(data.rows, cheap, verifier, 'text').map(({ text = '' }) => text.length);
  const scores = [trust.map((value) => -value), Float64Array.from(before), Float64Array.from(lengths)];
  const [apgr = null, beforeApgr = null, lengthApgr = null] = orderWorth(data, { cheap, strong }, scores, seed);
  return { cheap, strong, rows: data.rows.length, apgr, beforeApgr, lengthApgr };
}

/** The models to learn: those that were named, or else all with enough graded answers. */
function modelsIn(rows: readonly GradedRow[], named: readonly string[] | undefined) {
  const graded = new Map<string, number>();
  for (const { answers } of rows) {
    for (const [model, { quality }] of Object.entries(answers)) {
      graded.set(model, (graded.get(model) ?? 0) + (quality === undefined ? 0 : 1));
    }
  }
  const isEnough = (model: string): boolean => (graded.get(model) ?? 0) >= LEAST_GRADED;
  for (const model of named ?? []) {
    if (!graded.has(model))
      throw new UsageError(`no row has the model ${model} (there are ${listed([...graded.keys()])})`);
    if (!isEnough(model)) {
      throw new UsageError(
        `${counted(graded.get(model) ?? 0, 'answer')} of ${model} ${graded.get(model) === 1 ? 'is' : 'are'} graded, but learning needs ${LEAST_GRADED}`,
      );
    }
  }
  const models = named ?? [...graded.keys()].filter(isEnough);
  if (models.length === 0) {
    const counts = [...graded].map(([model, count]) => `${count} of ${model}`);
    throw new UsageError(`learning needs ${LEAST_GRADED} graded answers of a model, but there are ${listed(counts)}`);
  }
  const few = named === undefined ? [...graded.keys()].filter((model) => !isEnough(model)) : [];
  const leftOut =
    few.length === 0
      ? undefined
      : `Of ${listed(few)} fewer than ${LEAST_GRADED} answers are graded, so nothing was learned of them.`;
  return { models, leftOut };
}

function checkFolds({ rows, folds }: LearningRows, models: readonly string[]): void {
  for (const model of models) {
    const qualities = qualitiesOf(rows, model);
    const found = new Set(folds.filter((_, row) => !Number.isNaN(qualities[row])));
    if (found.size < 2)
      throw new UsageError(
        `the graded answers of ${model} cover only one question, or nearly so; learning needs more questions`,
      );
  }
}
