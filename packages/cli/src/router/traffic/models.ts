import type { GradedAnswer, GradedRow } from 'tta-observability-integration/learning';
import { type Figure, meanQuality, percentileOf } from '../figure.ts';
import type { CostOf } from '../prices.ts';
import type { Traffic } from './traffic.ts';

/** What a model did in production. Money is in US dollars, quality in percent, latency in milliseconds. */
export interface ModelTraffic {
  readonly model: string;
  /** Requests that it answered. */
  readonly requests: number;
  /** Answers that were given beside another model's. */
  readonly compared: number;
  /** What its requests cost, as far as that is known. */
  readonly costUsd: number;
  /** Requests whose cost is not known, and so is not in `costUsd`. */
  readonly unpriced: number;
  readonly latency: Readonly<Record<'p50Ms' | 'p95Ms' | 'p99Ms', Figure>>;
  readonly quality: Figure;
}

/** The figures of each model, the busiest first. */
export function modelTraffic({ requests, comparisons }: Traffic, costOf: CostOf): readonly ModelTraffic[] {
  const models = modelsIn([...requests, ...comparisons]);
  return models
    .map((model): ModelTraffic => {
      const served = requests.filter(({ answers }) => answers[model] !== undefined);
      const compared = comparisons.filter(({ answers }) => answers[model] !== undefined);
      const answers = [...served, ...compared].map((row) => row.answers[model] as GradedAnswer);
      const costs = served.map((row) => costOf(row, model)).filter((cost) => !Number.isNaN(cost));
      const latencies = answers.flatMap(({ latencyMs }) => latencyMs ?? []);
      return {
        model,
        requests: served.length,
        compared: compared.length,
        costUsd: costs.reduce((sum, cost) => sum + cost, 0),
        unpriced: served.length - costs.length,
        latency: {
          p50Ms: percentileOf(latencies, 0.5),
          p95Ms: percentileOf(latencies, 0.95),
          p99Ms: percentileOf(latencies, 0.99),
        },
        quality: meanQuality(answers.flatMap(({ quality }) => quality ?? [])),
      };
    })
    .sort((one, other) => other.requests + other.compared - one.requests - one.compared);
}

export function modelsIn(rows: readonly GradedRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ answers }) => Object.keys(answers)))];
}
