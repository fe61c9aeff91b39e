import { readArrivals } from '../workload/arrivals.ts';
import { defaultWorkload } from '../workload/default-workload.ts';
import { replayWorkload } from '../workload/replay-workload.ts';
import type { Workload, WorkloadSettings } from '../workload/workload.ts';
import type { DemoOptions } from './options.ts';

/** How many requests are sent if nobody says, and how many of them in a second. */
interface Pace {
  readonly requests: number;
  readonly perSecond: number;
}

/** Short enough to watch, and long enough to look at the metrics meanwhile. */
const OWN: Pace = { requests: 420, perSecond: 32 };
/** As fast as a small machine can play provider and client at once. */
const REPLAY: Pace = { requests: 2_000, perSecond: 60 };
/** Real money is spent, and real endpoints have rate limits: a taste must do. */
const REAL: Pace = { requests: 20, perSecond: 2 };

/** The share of prompts that meet a fault, if nothing else is asked for: a recording has had its own. */
const USUAL_FAULTS = 0.04;

/** The workload that the options ask for. @throws UsageError in one sentence if a file is not what it should be */
export async function planWorkload(options: DemoOptions): Promise<Workload> {
  const { replay, arrivals, provider, seed, models, baseline } = options;
  const pace = provider !== undefined ? REAL : replay !== undefined ? REPLAY : OWN;
  const requests = options.requests ?? pace.requests;
  const usualFaults = replay === undefined && provider === undefined ? USUAL_FAULTS : 0;
  const settings: WorkloadSettings = {
    requests,
    seed,
    faults: options.faults ?? usualFaults,
    spanFor: (count) => (count / pace.perSecond) * 1_000,
    arrivals: arrivals === undefined ? undefined : await readArrivals(arrivals, requests),
  };
  if (replay === undefined) return defaultWorkload(settings);
  return replayWorkload(replay, provider === undefined ? { models, baseline } : {}, settings);
}
