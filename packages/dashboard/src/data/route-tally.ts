import { Counts } from './counts.ts';
import { Durations } from './durations.ts';
import type { SeenCall, SeenRequest } from './seen-request.ts';

/** The calls of one route, or of one model that no router chose. */
export class RouteTally {
  calls = 0;
  spentUsd = 0;
  unpriced = 0;
  failed = 0;
  readonly failures: Counts = new Counts();
  readonly totals: Durations = new Durations();
  readonly firstChunks: Durations = new Durations();
  /** Requests that a router sent here, and what that saved. */
  routed = 0;
  savedUsd = 0;

  addCall({ costUsd, failure, durationMs, firstChunkMs }: SeenCall): void {
    this.calls += 1;
    this.spentUsd += costUsd ?? 0;
    if (costUsd === null) this.unpriced += 1;
    this.totals.add(durationMs);
    if (firstChunkMs !== undefined) this.firstChunks.add(firstChunkMs);
    if (failure === undefined || failure === 'cancelled') return;
    this.failed += 1;
    this.failures.add(failure);
  }

  addSaving({ money }: SeenRequest): void {
    if (money.savedByRouteUsd === undefined) return;
    this.routed += 1;
    this.savedUsd += money.savedByRouteUsd;
  }

  merge(other: RouteTally): void {
    this.calls += other.calls;
    this.spentUsd += other.spentUsd;
    this.unpriced += other.unpriced;
    this.failed += other.failed;
    this.routed += other.routed;
    this.savedUsd += other.savedUsd;
    this.failures.merge(other.failures);
    this.totals.merge(other.totals);
    this.firstChunks.merge(other.firstChunks);
  }
}
