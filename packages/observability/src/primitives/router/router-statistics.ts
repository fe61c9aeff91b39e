import { type LedgerEntry, SavingsLedger } from '../../llm/savings.ts';
import { DurationWindow } from './duration-window.ts';

/** What became of the work of one route. */
export interface RouteStats {
  /** How often it was taken. */
  readonly decisions: number;
  /** How often it failed; work that its caller gave up is no failure. */
  readonly errors: number;
  /** What its answers cost, in US dollars, so far as their price is known. */
  readonly costUsd: number;
  /** The median duration of its newest 1,000 complete answers, streams to their end; null before the first. */
  readonly p50Ms: number | null;
  /** The 95th percentile of the same durations. */
  readonly p95Ms: number | null;
}

export interface RouterStats<Name extends string = string> {
  readonly routes: Readonly<Record<Name, RouteStats>>;
  /** An estimate: the same tokens at the baseline's price, less their cost; below 0 when the baseline would have been cheaper. */
  readonly costSavingsUsd: number;
  /** Answers whose cost, or whose cost at the baseline, is not known; they are in no sum. */
  readonly unpriced: number;
}

/** Counts for one router. */
export class RouterStatistics {
  readonly #routes: ReadonlyMap<string, RouteStatistics>;
  readonly #ledger = new SavingsLedger();

  constructor(names: Iterable<string>) {
    this.#routes = new Map(Array.from(names, (name) => [name, new RouteStatistics()]));
  }

  decided(route: string): void {
    this.#of(route).decisions += 1;
  }

  failed(route: string): void {
    this.#of(route).errors += 1;
  }

  answered(route: string, durationMs: number): void {
    this.#of(route).durations.add(durationMs);
  }

  priced(route: string, entry: LedgerEntry): void {
    this.#of(route).ledger.record(entry);
    this.#ledger.record(entry);
  }

  snapshot(): RouterStats {
    const { savedUsd, unpriced } = this.#ledger.snapshot();
    const routes = Object.fromEntries(Array.from(this.#routes, ([name, route]) => [name, route.snapshot()]));
    return { routes, costSavingsUsd: savedUsd, unpriced };
  }

  #of(name: string): RouteStatistics {
    const route = this.#routes.get(name);
    if (route === undefined) throw new Error(`no statistics are kept for the route ${name}`);
    return route;
  }
}

class RouteStatistics {
  decisions = 0;
  errors = 0;
  readonly ledger = new SavingsLedger();
  readonly durations = new DurationWindow();

  snapshot(): RouteStats {
    const [p50Ms = null, p95Ms = null] = this.durations.percentilesMs(50, 95);
    const { decisions, errors } = this;
    return { decisions, errors, costUsd: this.ledger.snapshot().spendUsd, p50Ms, p95Ms };
  }
}

/** The statistics of a router in one line. */
export function describeStats(name: string, { routes, costSavingsUsd, unpriced }: RouterStats): string {
  const each = Object.entries(routes).map(([route, { decisions, errors, costUsd, p50Ms, p95Ms }]) => {
    const speed = p50Ms === null || p95Ms === null ? '' : `, p50 ${p50Ms.toFixed(0)} ms, p95 ${p95Ms.toFixed(0)} ms`;
    return `${route} ${decisions} taken, ${errors} failed, $${costUsd.toFixed(6)}${speed}`;
  });
  return `RouterPrimitive(${name}: ${each.join('; ')}; $${costSavingsUsd.toFixed(6)} saved, ${unpriced} unpriced)`;
}
