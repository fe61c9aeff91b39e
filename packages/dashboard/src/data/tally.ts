import { HoldOutSums } from 'tta-observability-integration/llm';
import { CacheTally } from './cache-tally.ts';
import { CappedMap } from './capped-map.ts';
import { Durations } from './durations.ts';
import { MoneyTally } from './money-tally.ts';
import { isUnanswered } from './outcome.ts';
import { ResilienceTally } from './resilience-tally.ts';
import { RouteTally } from './route-tally.ts';
import { RouterTally } from './router-tally.ts';
import type { SeenRequest } from './seen-request.ts';
import { UsageTally } from './usage-tally.ts';

/** All that is counted of a set of requests. Tallies add up: that of an hour is the sum of those of its minutes. */
export class Tally {
  requests = 0;
  /** These four add up to the requests. */
  byModel = 0;
  byCache = 0;
  late = 0;
  unanswered = 0;
  readonly money: MoneyTally = new MoneyTally();
  readonly holdOut: HoldOutSums = new HoldOutSums();
  readonly usage: UsageTally = new UsageTally();
  readonly calls: Durations = new Durations();
  readonly firstChunks: Durations = new Durations();
  readonly routes: CappedMap<RouteTally> = new CappedMap(() => new RouteTally());
  readonly routers: CappedMap<RouterTally> = new CappedMap(() => new RouterTally());
  readonly cache: CacheTally = new CacheTally();
  readonly operations: CappedMap<CacheTally> = new CappedMap(() => new CacheTally());
  readonly resilience: ResilienceTally = new ResilienceTally();

  add(request: SeenRequest): void {
    this.requests += 1;
    if (isUnanswered(request.status)) this.unanswered += 1;
    else if (request.status === 'late') this.late += 1;
    else if (request.answeredBy === 'cache') this.byCache += 1;
    else this.byModel += 1;
    this.money.add(request);
    const { costUsd, baselineUsd = null } = request.money;
    this.holdOut.add({ group: request.group, costUsd, baselineUsd });
    this.usage.add(request);
    this.resilience.add(request);
    for (const call of request.calls) {
      this.calls.add(call.durationMs);
      if (call.firstChunkMs !== undefined) this.firstChunks.add(call.firstChunkMs);
      this.routes.at(call.route).addCall(call);
    }
    for (const lookup of request.lookups) {
      this.cache.add(lookup);
      this.operations.at(lookup.operation).add(lookup);
    }
    const { decision } = request;
    if (decision === undefined) return;
    this.routers.at(decision.router).add(decision, request);
    this.routes.at(decision.route).addSaving(request);
  }

  merge(other: Tally): void {
    this.requests += other.requests;
    this.byModel += other.byModel;
    this.byCache += other.byCache;
    this.late += other.late;
    this.unanswered += other.unanswered;
    this.money.merge(other.money);
    this.holdOut.merge(other.holdOut);
    this.usage.merge(other.usage);
    this.calls.merge(other.calls);
    this.firstChunks.merge(other.firstChunks);
    this.cache.merge(other.cache);
    this.resilience.merge(other.resilience);
    for (const [name, route] of other.routes.entries()) this.routes.at(name).merge(route);
    for (const [name, router] of other.routers.entries()) this.routers.at(name).merge(router);
    for (const [name, operation] of other.operations.entries()) this.operations.at(name).merge(operation);
  }
}

/** The sum of tallies; one alone is itself. @returns undefined for none */
export function sumOfTallies(parts: readonly Tally[]): Tally | undefined {
  if (parts.length < 2) return parts[0];
  const sum = new Tally();
  for (const part of parts) sum.merge(part);
  return sum;
}
