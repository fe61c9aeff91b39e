import {
  type GradedRow,
  histogramOf,
  packQuestions,
  type RoutingWeights,
} from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { type Io, writeLine } from '../output/io.ts';
import { listed, UsageError } from '../usage-error.ts';
import { hashBitsFor } from './hash-bits.ts';
import { type Chances, type LearningRows, learn, learningRows, outOfFold, qualitiesOf } from './learn.ts';
import { type LearnedModel, type LearnedPair, learnedModel, learnedPair } from './learned.ts';
import { type FileFindings, readLog, skippedLines } from './log.ts';
import type { TrainOptions } from './options.ts';
import { type Progress, shareOf, startProgress } from './progress.ts';
import { rowsFor } from './split.ts';
import { trainLines } from './train-lines.ts';
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
  /** What the reader must know to judge the figures. */
  readonly notes: readonly string[];
  readonly files: readonly FileFindings[];
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
  await checkWritable(options.out);
  const { rows: all, files } = await readLog(paths);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const chosen = rowsFor('learning', all, options.split);
  const { models, leftOut } = modelsIn(chosen.rows, options.models);
  const rows = chosen.rows.filter(({ answers }) => models.some((model) => answers[model]?.quality !== undefined));
  const size = hashBitsFor(rows, models.length, options.hashBits);
  const progress = await startProgress('learning', io);
  try {
    const data = learningRows(rows, size.hashBits);
    checkFolds(data, models);
    const chances = await outOfFold(data, models, options.seed, shareOf(progress, 0, 0.75));
    const learned = await learn(data, models, options.seed, shareOf(progress, 0.75, 0.9));
    const found = await measured(data, models, chances, options.seed, shareOf(progress, 0.9, 1));
    const weights: RoutingWeights = { ...learned, training: trainingOf(data, chances, options.seed) };
    const bytes = await writeWeights(options.out, weights);
    progress.stop();
    const notes = [chosen.note, size.note, leftOut].filter((note) => note !== undefined);
    const { hashBits } = size;
    const report = {
      out: options.out,
      bytes,
      hashBits,
      rows: rows.length,
      durationMs: performance.now() - startedAt,
      ...found,
      notes,
      files,
    };
    for (const line of options.json === true ? [JSON.stringify(report)] : trainLines(report, io))
      writeLine(io.stdout, line);
    return report;
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

/** The models to learn: those that were named, or else all of which enough answers were graded. */
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
        `the graded answers of ${model} are all to one question, or nearly so; learning needs more of them`,
      );
  }
}

function trainingOf({ rows, questions }: LearningRows, chances: Chances, seed: number): RoutingWeights['training'] {
  const known = Object.entries(chances).map(([model, column]) => [model, histogramOf(column)] as const);
  return { rows: rows.length, seed, questions: packQuestions(questions), chances: Object.fromEntries(known) };
}
