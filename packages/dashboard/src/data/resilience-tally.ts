import { CappedMap } from './capped-map.ts';
import { Counts } from './counts.ts';
import { Durations } from './durations.ts';
import type { SeenRequest } from './seen-request.ts';

/** What timeouts, retries and bulkheads did in a set of requests. */
export class ResilienceTally {
  timeouts = 0;
  readonly phases: Counts = new Counts();
  readonly limits: CappedMap<{ limitMs: number; graceMs: number | null }> = new CappedMap(() => ({
    limitMs: 0,
    graceMs: null,
  }));
  longestLagMs: number | null = null;
  retried = 0;
  readonly retryOutcomes: Counts = new Counts();
  readonly retryDelays: Durations = new Durations();
  queued = 0;
  rejected = 0;
  readonly queues: Durations = new Durations();

  add({ timeouts, retries, queued }: SeenRequest): void {
    for (const { operation, limitMs, graceMs, phase, lagMs } of timeouts) {
      this.timeouts += 1;
      if (phase !== undefined) this.phases.add(phase);
      Object.assign(this.limits.at(operation), { limitMs, graceMs });
      if (lagMs !== undefined) this.longestLagMs = Math.max(this.longestLagMs ?? 0, lagMs);
    }
    if (retries.some(({ attempts }) => attempts > 1)) this.retried += 1;
    for (const { outcome, delaysMs } of retries) {
      this.retryOutcomes.add(outcome);
      for (const delayMs of delaysMs) this.retryDelays.add(delayMs);
    }
    for (const { outcome, waitedMs } of queued) {
      if (outcome === 'rejected') this.rejected += 1;
      if (waitedMs === undefined) continue;
      this.queued += 1;
      this.queues.add(waitedMs);
    }
  }

  merge(other: ResilienceTally): void {
    this.timeouts += other.timeouts;
    this.phases.merge(other.phases);
    for (const [operation, limits] of other.limits.entries()) Object.assign(this.limits.at(operation), limits);
    if (other.longestLagMs !== null) this.longestLagMs = Math.max(this.longestLagMs ?? 0, other.longestLagMs);
    this.retried += other.retried;
    this.retryOutcomes.merge(other.retryOutcomes);
    this.retryDelays.merge(other.retryDelays);
    this.queued += other.queued;
    this.rejected += other.rejected;
    this.queues.merge(other.queues);
  }
}
