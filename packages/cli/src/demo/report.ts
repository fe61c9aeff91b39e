import type { TimeoutStats } from 'tta-observability-integration/primitives';
import type { RouteCounts } from './answering.ts';
import type { SentRequest } from './sent-request.ts';
import type { SpendReport } from './spend-report.ts';

/** What a run of the demo found; with `--json` this object is all that is printed. Money is in US dollars. */
export interface DemoReport {
  /** Requests that were sent. */
  readonly requests: number;
  /** Requests that ended with an error; timeouts are counted apart. */
  readonly errors: number;
  /** What the models were really paid; null when the price of one is not known. */
  readonly spendUsd: number | null;
  /** What the same requests cost when one model answers all of them and nothing is cached. */
  readonly baselineUsd: number | null;
  /** `baselineUsd - spendUsd`. */
  readonly savedUsd: number | null;
  /** Quality of the answers given as a share of the quality of the baseline's answers; null if they are not graded. */
  readonly qualityRetained: number | null;
  readonly cache: {
    readonly hits: number;
    readonly misses: number;
    readonly hitRate: number;
    readonly savedUsd: number;
  };
  readonly timeouts: { readonly total: number; readonly failures: number; readonly late: number };
  readonly routes: Readonly<Record<string, RouteReport>>;
  /** Null when no metrics are served. */
  readonly metricsUrl: string | null;
  readonly durationMs: number;
}

/** What the report says about a model that was called. */
export interface RouteReport {
  /** Calls; a request that two models answer is a call of each. */
  readonly requests: number;
  readonly costUsd: number;
  /** Null before the first answer. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

/** Everything that a report is made from. */
export interface Findings {
  readonly sent: readonly SentRequest[];
  readonly account: SpendReport;
  readonly spendByModel: ReadonlyMap<string, number>;
  /** Each model with what became of its calls. */
  readonly routes: Readonly<Record<string, RouteCounts>>;
  /** How it was decided which model answers, in sentences. */
  readonly strategy: string;
  readonly cache: CacheCounts;
  readonly timeout: TimeoutStats;
  readonly metricsUrl: string | null;
  readonly durationMs: number;
}

/** What a report tells of a cache. */
export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
  readonly coalesced: number;
  readonly hitRate: number;
  readonly costSavingsUsd: number;
}

export function reportOf(findings: Findings): DemoReport {
  const { sent, account, spendByModel, cache, timeout, metricsUrl, durationMs } = findings;
  const ifPriced = (usd: number): number | null => (account.unpriced === 0 ? usd : null);
  const routes = Object.entries(findings.routes).map(([name, { requests, p50Ms, p95Ms }]): [string, RouteReport] => [
    name,
    { requests, costUsd: spendByModel.get(name) ?? 0, p50Ms, p95Ms },
  ]);
  return {
    requests: sent.length,
    errors: sent.filter(({ outcome }) => outcome === 'failed').length,
    spendUsd: ifPriced(account.spendUsd),
    baselineUsd: ifPriced(account.baselineUsd),
    savedUsd: ifPriced(account.savedUsd),
    qualityRetained: account.qualityRetained,
    cache: { hits: cache.hits, misses: cache.misses, hitRate: cache.hitRate, savedUsd: cache.costSavingsUsd },
    timeouts: { total: timeout.total, failures: timeout.failures, late: timeout.lateSuccesses },
    routes: Object.fromEntries(routes),
    metricsUrl,
    durationMs,
  };
}
