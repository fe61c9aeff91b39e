import type { Gauge, LabelsOf, Metric, Sum } from './metric.ts';

/** Reads the current sum of a counter or an up-down counter. It is 0 if nothing was added for these labels. */
export type SumOf = <M extends Sum>(metric: M, labels: LabelsOf<M>) => number;

/** A gauge that is computed at each scrape, from the counters that are printed beside it. */
export interface Rate {
  readonly metric: Metric;
  /** The rate exists for each series of this metric. */
  readonly each: Sum;
  readonly of: (sumOf: SumOf, labels: readonly (string | undefined)[]) => number;
}

/**
 * Makes a rate.
 *
 * @param each - the rate has the labels of this metric, and exists for each of its series
 *
 * @example
 * ```ts
 * const metrics = {
 *   sent: counter('mails_sent_total', '{mail}', 'Mails that were sent.', capped('operation')),
 *   lost: counter('mails_lost_total', '{mail}', 'Mails that were lost.', capped('operation')),
 * };
 * const loss = rate('mail_loss_rate', 'Lost mails as a share of all mails.', metrics.sent, (sumOf, labels) =>
 *   ratio(sumOf(metrics.lost, labels), sumOf(metrics.lost, labels) + sumOf(metrics.sent, labels)),
 * );
 * ```
 */
export function rate<Each extends Sum>(
  name: string,
  description: string,
  each: Each,
  of: (sumOf: SumOf, labels: LabelsOf<Each>) => number,
): Rate {
  const metric: Gauge = { kind: 'gauge', name, unit: '', description, dimensions: each.dimensions };
  return { metric, each, of: of as Rate['of'] }; // it is asked with the labels of `each` alone
}

/** A share between 0 and 1. It is 0 when the whole is 0. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
