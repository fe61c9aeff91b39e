/** The values of a metric's dimensions, in their order. An undefined one is left out. */
export type Labels = readonly (string | undefined)[];

/** One measured value, and the span that it was measured in. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  readonly epochMs: number;
}

/** What was counted for one combination of labels. */
export class Series {
  readonly labels: Labels;
  /** The sum of a counter or of the values of a histogram; the newest value of a gauge. */
  value = 0;
  /** For a histogram: how many values each bucket has, and last how many are above all bounds. */
  readonly counts: Float64Array | undefined;
  /** For a histogram: the newest value of each bucket whose span is sampled. */
  exemplars: (Exemplar | undefined)[] | undefined;
  /** The labels as a page prints them, written by the first page. */
  labelText: string | undefined;

  constructor(labels: Labels, bounds: readonly number[] | undefined) {
    this.labels = labels;
    this.counts = bounds && new Float64Array(bounds.length + 1);
    this.exemplars = undefined;
    this.labelText = undefined;
  }
}

/** The index of the bucket that a value belongs to. A bound belongs to its bucket. */
export function bucketOf(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (bounds[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
