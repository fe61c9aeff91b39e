import {
  type Choices,
  calibrate,
  type DominatedModel,
  dominatedModels,
  histogramOf,
  outcomeOf,
  packQuestions,
  type RoutingCalibration,
  sentBy,
  type Threshold,
  USUAL_Z,
} from 'tta-observability-integration/learning';
import { counted } from '../output/format.ts';
import { type Io, writeLine } from '../output/io.ts';
import { calibrateLines } from './calibrate-lines.ts';
import { shown } from './figure.ts';
import { type FileFindings, readLog, skippedLines } from './log.ts';
import { canMeasure, type MeasuredRouter, measureRouters } from './measure.ts';
import type { CalibrateOptions } from './options.ts';
import { callsIn, type Pair, pairNotes, pairRows } from './pair.ts';
import { readCosts } from './prices.ts';
import { startProgress } from './progress.ts';
import { rowsFor } from './split.ts';
import { unseenScores } from './unseen.ts';
import { checkHeads, checkWritable, readWeights, writeWeights } from './weights-file.ts';

/** What `tta router calibrate` found; with `--json` this object is all that is printed. Shares are in percent. */
export interface CalibrateReport extends Pair {
  readonly out: string;
  readonly target: number;
  readonly z: number;
  readonly choice: RoutingCalibration['choice'];
  readonly threshold: number | null;
  /** Graded rows that it was chosen on. */
  readonly rows: number;
  /** Of them, how many it sends to the strong model, in percent. */
  readonly sent: number;
  /** Why everything goes to one model; null where the score decides. */
  readonly why: string | null;
  /** What to expect of new rows: each fifth with a threshold that was chosen on the others. Empty where rows are too few. */
  readonly expected: readonly MeasuredRouter[];
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
  const { cheap, strong, target, out = options.weights, seed } = options;
  const pair = { cheap, strong };
  const weights = await readWeights(options.weights);
  checkHeads(weights, pair, options.weights);
  await checkWritable(out);
  const costOf = await readCosts(options.prices);
  const { rows: all, files } = await readLog(paths);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const chosen = rowsFor('learning', all, options.split);
  const paired = pairRows(chosen.rows, pair, costOf);
  const progress = await startProgress('calibrating', io);
  try {
    const { gains, data, note } = await unseenScores(paired.rows, weights, pair, seed, progress);
    const found = calibrate(paired.choices, gains, { target });
    const calibration: RoutingCalibration = {
      ...pair,
      target,
      z: USUAL_Z,
      ...settled(found, gains, paired.choices),
      rows: found.rows,
      questions: packQuestions(data.questions),
      scores: histogramOf(gains),
    };
    await progress.pause();
    progress.at(1, 'measuring');
    await progress.pause();
    const expected = canMeasure(data) ? measureRouters(data, paired.choices, gains, { target, seed }) : [];
    await writeWeights(out, { ...weights, calibration });
    const { calls } = callsIn(paired.rows, pair, costOf);
    const report: CalibrateReport = {
      ...pair,
      out,
      target,
      z: USUAL_Z,
      choice: calibration.choice,
      threshold: calibration.threshold,
      rows: found.rows,
      sent: calibration.choice === 'always_strong' ? 100 : (100 * found.sent) / found.rows,
      why: whyOf(calibration, paired.choices, gains),
      expected,
      dominated: dominatedModels({ [cheap]: calls.cheap, [strong]: calls.strong }),
      notes: [chanceNote(expected), note, chosen.note, ...pairNotes(paired)].filter((one) => one !== undefined),
      files,
    };
    progress.stop();
    for (const line of options.json === true ? [JSON.stringify(report)] : calibrateLines(report, io))
      writeLine(io.stdout, line);
    return report;
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

/** A threshold that sends everything to the strong model, or saves nothing, is none. */
function settled(
  { threshold, isAdmitted }: Threshold,
  gains: Float64Array,
  choices: Choices,
): Pick<RoutingCalibration, 'choice' | 'threshold'> {
  const saved = outcomeOf(choices, sentBy(threshold, gains)).saved ?? 0;
  if (!isAdmitted || saved <= 0) return { choice: 'always_strong', threshold: null };
  if (threshold === Infinity) return { choice: 'always_cheap', threshold: null };
  return { choice: 'by_score', threshold };
}

function whyOf(
  { cheap, strong, target, choice, rows }: RoutingCalibration,
  choices: Choices,
  gains: Float64Array,
): string | null {
  if (choice === 'by_score') return null;
  const kept = `${(100 * target).toFixed(1)} % of the quality of ${strong}`;
  const alwaysCheap = outcomeOf(choices, new Uint8Array(gains.length));
  const retained = `${alwaysCheap.retained?.toFixed(1) ?? '-'} %`;
  if (choice === 'always_cheap')
    return `${cheap} alone keeps ${kept} with confidence (${retained} on ${counted(rows, 'row')}), at less cost.`;
  if ((alwaysCheap.saved ?? 0) <= 0)
    return `${cheap} costs no less than ${strong} on these rows, so nothing can be saved.`;
  const hopeful = outcomeOf(choices, sentBy(calibrate(choices, gains, { target, z: 0 }).threshold, gains)).saved ?? 0;
  return (
    `No threshold keeps ${kept} with confidence on ${counted(rows, 'row')}; ${cheap} alone keeps ${retained}. ` +
    (hopeful > 0
      ? `One that merely meets the target here would save ${hopeful.toFixed(1)} %, and miss it on new rows about every other time; more graded rows may settle it.`
      : 'The scores do not tell which answers of the cheap model are good enough.')
  );
}
