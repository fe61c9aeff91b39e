import { ownText } from 'tta-dev-primitives/internal';
import type { CappedDimensions } from '../dimensions.ts';
import type { Metric } from '../metric.ts';
import { type Labels, Series } from './series.ts';

type Level = Map<string | undefined, Level | Series>;

/**
 * The series of one metric. A series is found through one map for each dimension, which costs a fifth of a joined key.
 *
 * The closed dimensions come first: they have few values, so there are few maps.
 */
export class MetricSeries {
  readonly metric: Metric;
  /** Every series, in the order in which they appeared. */
  readonly all: Series[] = [];
  readonly #dimensions: CappedDimensions;
  readonly #maxSeries: number;
  /** The indexes of the dimensions in the order of the maps. */
  readonly #path: readonly number[];
  #root: Level | Series | undefined;
  /** Most values are counted where the one before was. */
  #newest: Series | undefined;

  /** @param maxSeries - how many series there may be before the rest is `_other` in every label */
  constructor(metric: Metric, dimensions: CappedDimensions, maxSeries: number) {
    this.metric = metric;
    this.#dimensions = dimensions;
    this.#maxSeries = maxSeries;
    const indexes = metric.dimensions.map((_dimension, index) => index);
    const isCapped = (index: number): number => Number(metric.dimensions[index]?.values === 'capped');
    this.#path = indexes.sort((a, b) => isCapped(a) - isCapped(b) || a - b);
  }

  /** The series for these labels, if there is one. */
  find(labels: Labels): Series | undefined {
    const newest = this.#newest;
    return newest !== undefined && isSame(newest.labels, labels) ? newest : this.#found(labels);
  }

  #found(labels: Labels): Series | undefined {
    let found: Level | Series | undefined = this.#root;
    for (const index of this.#path) {
      if (found === undefined) return undefined;
      found = (found as Level).get(labels[index]);
    }
    return found as Series | undefined; // behind the last map there are series only
  }

  /** The series for these labels; a new one if there is room for it, else the one that is `_other` in every label. */
  at(labels: Labels): Series {
    const series = this.find(labels) ?? this.#added(this.#admitted(labels));
    this.#newest = series;
    return series;
  }

  /** Only here are labels compared with what their dimensions allow: a series that exists has been admitted. */
  #admitted(stated: Labels): Labels {
    const admitted = this.metric.dimensions.map((dimension, index) => {
      const label = stated[index];
      return label === undefined ? undefined : this.#dimensions.admit(dimension, label);
    });
    if (this.all.length < this.#maxSeries || this.find(admitted) !== undefined) return admitted;
    const other = this.#dimensions.overflow(this.metric.name);
    return admitted.map((label) => (label === undefined ? undefined : other));
  }

  #added(labels: Labels): Series {
    const existing = this.find(labels);
    if (existing !== undefined) return existing;
    const series = new Series(
      labels.map((label) => label && ownText(label)),
      this.metric.buckets,
    );
    this.#place(series);
    this.all.push(series);
    return series;
  }

  #place(series: Series): void {
    const last = this.#path.at(-1);
    if (last === undefined) {
      this.#root = series;
      return;
    }
    let level = (this.#root ??= new Map()) as Level;
    for (const index of this.#path.slice(0, -1)) {
      const label = series.labels[index];
      const next = (level.get(label) ?? new Map()) as Level;
      level.set(label, next);
      level = next;
    }
    level.set(series.labels[last], series);
  }
}

function isSame(some: Labels, others: Labels): boolean {
  for (let index = 0; index < some.length; index += 1) if (some[index] !== others[index]) return false;
  return true;
}
