import { readArrivals } from '../workload/arrivals.ts';
import { defaultWorkload } from '../workload/default-workload.ts';
import { replayWorkload } from '../workload/replay-workload.ts';
import type { Workload, WorkloadSettings } from '../workload/workload.ts';
import type { DemoOptions } from './options.ts';

const OWN_REQUESTS = 420;
const MOST_REPLAYED = 2_000;
/** Real money is spent: a taste must do. */
const REAL_REQUESTS = 20;

/** Short enough to watch, and long enough to look at the metrics meanwhile. */
const USUAL_SPAN_MS = 13_000;
const MOST_REQUESTS_PER_SECOND = 60;

/** The share of prompts that meet a fault, if nothing else is asked for: a recording has had its own. */
const USUAL_FAULTS = 0.04;

/** The workload that the options ask for. @throws UsageError in one sentence if a file is not what it should be */
export async function planWorkload(options: DemoOptions): Promise<Workload> {
  const { replay, arrivals, provider, seed, models, baseline } = options;
  const usualRequests = provider !== undefined ? REAL_REQUESTS : replay !== undefined ? MOST_REPLAYED : OWN_REQUESTS;
  const requests = options.requests ?? usualRequests;
  const usualFaults = replay === undefined && provider === undefined ? USUAL_FAULTS : 0;
  const settings: WorkloadSettings = {
    requests,
    seed,
    faults: options.faults ?? usualFaults,
    spanFor,
    arrivals: arrivals === undefined ? undefined : await readArrivals(arrivals, requests),
  };
  if (replay === undefined) return defaultWorkload(settings);
  return replayWorkload(replay, provider === undefined ? { models, baseline } : {}, settings);
}

function spanFor(requests: number): number {
  return Math.max(USUAL_SPAN_MS, (requests / MOST_REQUESTS_PER_SECOND) * 1_000);
}
