import type { Observations } from '../data/observations.ts';
import type { ResilienceTally } from '../data/resilience-tally.ts';
import type { Tally } from '../data/tally.ts';
import type { Bulkheads, Range, Resilience, Retries, StateLane, Timeouts } from '../wire/index.ts';
import { periodOf } from './period.ts';

const PHASES = ['late', 'hard', 'first_chunk', 'idle', 'total'] as const;

/** The order of lanes: what requests meet first. */
const KINDS: readonly StateLane['kind'][] = ['route', 'breaker', 'store'];

/** Ends of a retry that was no retry. */
const FIRST_TRY = 'success';

export function readResilience(observations: Observations, range: Range): Resilience {
  const period = observations.read(range);
  const { all } = period;
  return {
    range,
    period: periodOf(period),
    lanesFromAtMs: period.drawnFromAtMs,
    lanes: observations.lanes.all.toSorted((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind)),
    timeouts: timeoutsOf(all),
    retries: retriesOf(all),
    bulkheads: bulkheadsOf(all.resilience, observations.uses.places),
    limits: observations.uses.limitsAt(observations.now()),
  };
}

function timeoutsOf({ resilience, money }: Tally): Timeouts {
  const { timeouts, phases, limits, longestLagMs } = resilience;
  return {
    total: timeouts,
    phases: PHASES.map((word) => ({ word, count: phases.of(word) })),
    limits: [...limits.entries()].map(([operation, { limitMs, graceMs }]) => ({ operation, limitMs, graceMs })),
    noAnswerUsd: money.wastedUsd,
    longestLagMs,
  };
}

function retriesOf({ resilience, money }: Tally): Retries {
  const { retried, retryOutcomes, retryDelays } = resilience;
  return {
    retried,
    outcomes: retryOutcomes.ranked().filter(({ word }) => word !== FIRST_TRY),
    waited: { p50Ms: retryDelays.quantile(0.5), p95Ms: retryDelays.quantile(0.95) },
    failedTriesUsd: money.failedTriesUsd,
  };
}

function bulkheadsOf({ queued, queues, rejected }: ResilienceTally, places: Bulkheads['places']): Bulkheads {
  const queuedMs = { p50Ms: queues.quantile(0.5), p95Ms: queues.quantile(0.95) };
  return { places, queued, queuedMs, rejected };
}
