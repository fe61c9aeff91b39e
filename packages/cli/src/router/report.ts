import { type DominatedModel, dominatedModels } from 'tta-evaluation';
import type { RoutingWeights } from 'tta-observability-integration/learning';
import { type Io, writeLine } from '../output/io.ts';
import { listed, UsageError } from '../usage-error.ts';
import { type FileFindings, readLog, skippedLines } from './log.ts';
import type { ReportOptions } from './options.ts';
import { callsOfModel } from './pair.ts';
import { type CostOf, readCosts } from './prices.ts';
import { type Progress, startProgress } from './progress.ts';
import { type TrafficControl, trafficControls } from './traffic/controls.ts';
import { type Drift, driftIn } from './traffic/drift.ts';
import { type ModelTraffic, modelsIn, modelTraffic } from './traffic/models.ts';
import { type EstimatedSaving, estimatedSaving, type RealisedSaving, realisedSaving } from './traffic/savings.ts';
import { type Traffic, trafficIn } from './traffic/traffic.ts';
import { readWeights } from './weights-file.ts';

/** What `tta router report` found; with `--json` this object is all that is printed. Shares are in percent, money in US dollars. */
export interface RoutingReport {
  /** Rows with one answer. */
  readonly requests: number;
  /** Rows with several answers to one request. */
  readonly comparisons: number;
  readonly models: readonly ModelTraffic[];
  /** Null where no baseline was named. */
  readonly saving: SavingReport | null;
  readonly dominated: readonly DominatedModel[];
  /** Null where no weights were named. */
  readonly drift: readonly Drift[] | null;
  readonly files: readonly FileFindings[];
}

export interface SavingReport {
  readonly baseline: string;
  readonly realised: RealisedSaving;
  readonly estimated: EstimatedSaving;
  readonly controls: readonly TrafficControl[];
}

/**
 * Reports from logs of production what each model did, what routing saved, and whether prompts have changed.
 *
 * @throws UsageError in one sentence if the files or the names do not allow it
 */
export async function runReport(paths: readonly string[], options: ReportOptions, io: Io): Promise<RoutingReport> {
  const weights = options.weights === undefined ? undefined : await readWeights(options.weights, io.interrupted);
  const costOf = await readCosts(options.prices, io.interrupted);
  const { rows, files } = await readLog(paths, io.interrupted);
  for (const line of skippedLines(files)) writeLine(io.stderr, `tta: ${line}`);
  const traffic = trafficIn(rows);
  const saving = options.baseline === undefined ? null : savingFor(traffic, options.baseline, costOf, options.seed);
  const progress = await startProgress('reading', io);
  try {
    return {
      requests: traffic.requests.length,
      comparisons: traffic.comparisons.length,
      models: modelTraffic(traffic, costOf),
      saving,
      dominated: dominatedIn(traffic, costOf),
      drift: weights === undefined ? null : await driftFor(traffic, weights, progress),
      files,
    };
  } finally {
    progress.stop();
  }
}

function savingFor(traffic: Traffic, baseline: string, costOf: CostOf, seed: number): SavingReport {
  const models = modelsIn([...traffic.requests, ...traffic.comparisons]);
  const realised = realisedSaving(traffic, baseline, costOf);
  const estimated = estimatedSaving(traffic, baseline, costOf);
  if (!models.includes(baseline) && estimated.saved.value === null) {
    throw new UsageError(
      `--baseline is ${baseline}, which is not in the log and has no known price (there are ${listed(models)})`,
    );
  }
  return { baseline, realised, estimated, controls: trafficControls(traffic, baseline, costOf, seed) };
}

/** On comparisons only: what one model alone was asked was chosen for it, and says nothing of another one. */
function dominatedIn({ comparisons }: Traffic, costOf: CostOf): readonly DominatedModel[] {
  const models = modelsIn(comparisons);
  return dominatedModels(Object.fromEntries(models.map((model) => [model, callsOfModel(comparisons, model, costOf)])));
}

/** What was asked once more for a comparison is looked at only where nothing else is there. */
function driftFor(
  { requests, comparisons }: Traffic,
  weights: RoutingWeights,
  progress: Progress,
): Promise<readonly Drift[]> {
  return driftIn(requests.length > 0 ? requests : comparisons, weights, progress);
}
