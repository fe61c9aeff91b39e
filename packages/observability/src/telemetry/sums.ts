import type { Attributes } from '@opentelemetry/api';
import type { LabelsOf, Metric } from './metric.ts';

/** One line of a metric: a value for one combination of labels. */
export interface Series {
  readonly attributes: Attributes;
  readonly labels: readonly (string | undefined)[];
  value: number;
}

/**
 * The sums of every counter and gauge: the one truth that rates are computed from and readers read.
 *
 * A sum costs one look-up in a map, a tenth of what recording through the SDK with attributes costs.
 */
export class Sums {
  readonly #metrics = new Map<Metric, Map<string, Series>>();

  /**
   * Adds to a counter or an up-down counter; adding 0 makes its series appear.
   *
   * @throws RangeError if the amount is not a finite number, or lowers a counter
   */
  add<M extends Metric>(metric: M, labels: LabelsOf<M>, amount = 1): void {
    if (!Number.isFinite(amount) || (metric.kind === 'counter' && amount < 0)) {
      throw new RangeError(`${metric.name} cannot be raised by ${amount}`);
    }
    this.#series(metric, labels).value += amount;
  }

  /** Sets a gauge. */
  set<M extends Metric>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#series(metric, labels).value = value;
  }

  has<M extends Metric>(metric: M, labels: LabelsOf<M>): boolean {
    return this.#metrics.get(metric)?.has(keyOf(labels)) ?? false;
  }

  /** The value for these labels; 0 when nothing was added yet. */
  valueOf<M extends Metric>(metric: M, labels: LabelsOf<M>): number {
    return this.#metrics.get(metric)?.get(keyOf(labels))?.value ?? 0;
  }

  seriesOf(metric: Metric): Iterable<Readonly<Series>> {
    return this.#metrics.get(metric)?.values() ?? [];
  }

  #series(metric: Metric, labels: readonly (string | undefined)[]): Series {
    let ofMetric = this.#metrics.get(metric);
    if (ofMetric === undefined) this.#metrics.set(metric, (ofMetric = new Map()));
    const key = keyOf(labels);
    let series = ofMetric.get(key);
    if (series === undefined) {
      series = { attributes: attributesOf(metric, labels), labels, value: 0 };
      ofMetric.set(key, series);
    }
    return series;
  }
}

/** The labels of one point, under the names of the metric's dimensions. */
export function attributesOf(metric: Metric, labels: readonly (string | undefined)[]): Attributes {
  return Object.fromEntries(
    metric.dimensions.map((dimension, index) => [dimension, labels[index]]).filter(([, label]) => label !== undefined),
  ) as Attributes;
}

function keyOf(labels: readonly (string | undefined)[]): string {
  return labels.length === 1 ? (labels[0] ?? '') : labels.join('\u0000');
}
