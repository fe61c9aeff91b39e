import { readArrivals } from '../workload/arrivals.ts';
import { defaultWorkload } from '../workload/default-workload.ts';
import { replayWorkload } from '../workload/replay-workload.ts';
import type { Workload, WorkloadSettings } from '../workload/workload.ts';
import { type DemoOptions, PACES, USUAL_FAULTS } from './options.ts';

/** The workload that the options ask for. @throws UsageError in one sentence if a file is not what it should be */
export async function planWorkload(options: DemoOptions, signal?: AbortSignal): Promise<Workload> {
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
