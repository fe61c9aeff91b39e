import type { OwnPrices } from '../prices/price-file.ts';
import { UsageError } from '../usage-error.ts';
import { readArrivals } from '../workload/arrivals.ts';
import { defaultWorkload } from '../workload/default-workload.ts';
import { replayWorkload } from '../workload/replay-workload.ts';
import type { Workload, WorkloadModel, WorkloadSettings } from '../workload/workload.ts';
import { type DemoOptions, PACES, USUAL_FAULTS } from './options.ts';

/** The workload that the options ask for. @throws UsageError in one sentence if a file is not what it should be */
export async function planWorkload(
  options: DemoOptions,
  signal?: AbortSignal,
  prices?: OwnPrices | undefined,
): Promise<Workload> {
  const workload = await plannedWorkload(options, signal);
  return prices === undefined || options.provider !== undefined ? workload : pricedWorkload(workload, prices);
}

async function plannedWorkload(options: DemoOptions, signal: AbortSignal | undefined): Promise<Workload> {
  const { replay, arrivals, provider, seed, models, baseline } = options;
  const pace = provider !== undefined ? PACES.real : replay !== undefined ? PACES.replay : PACES.own;
  const requests = options.requests ?? pace.requests;
  const usualFaults = replay === undefined && provider === undefined ? USUAL_FAULTS : 0;
  const settings: WorkloadSettings = {
    requests,
    seed,
    faults: options.faults ?? usualFaults,
    spanFor: (count) => (count / pace.perSecond) * 1_000,
    arrivals: arrivals === undefined ? undefined : await readArrivals(arrivals, requests, signal),
    signal,
  };
  if (replay === undefined) return defaultWorkload(settings);
  const isCompared = options.strategy === 'agreement';
  const choice = provider === undefined ? { models, baseline, isCompared } : {};
  return replayWorkload(replay, { ...choice, split: options.split }, settings);
}

/** The workload with models at the prices of a file, as far as it names them. */
function pricedWorkload(workload: Workload, { path, byModel }: OwnPrices): Workload {
  const priced = (model: WorkloadModel): WorkloadModel => ({ ...model, price: byModel.get(model.name) ?? model.price });
  const names = [...new Set([...workload.models, workload.baseline].map(({ name }) => name))];
  const known = names.filter((name) => byModel.has(name));
  if (known.length === 0) throw new UsageError(`${path} has a price for none of the models: ${names.join(', ')}`);
  return {
    ...workload,
    models: workload.models.map(priced),
    baseline: priced(workload.baseline),
    notes: [...workload.notes, `The prices of ${known.join(', ')} are those of ${path}.`],
  };
}
