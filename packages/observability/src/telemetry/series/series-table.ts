import type { CappedDimensions } from '../dimensions.ts';
import type { Gauge, Histogram, LabelsOf, Metric, Sum } from '../metric.ts';
import type { Topic } from '../topic.ts';
import { MetricSeries } from './metric-series.ts';
import { type MetricReading, readingsOf } from './reading.ts';
import { bucketOf, type Exemplar, type Labels, type Series } from './series.ts';

/** Is told of every value of a histogram. */
export type MeasureListener = (metric: Histogram, labels: Labels, value: number) => void;

export interface SeriesTableOptions {
  readonly dimensions: CappedDimensions;
  /** How many combinations of labels one metric may have before the rest is `_other` in every label. */
  readonly maxSeries: number;
  /** The topic that lists a metric. */
  readonly topicOf: (metric: Metric) => Topic | undefined;
  /** Called before a topic gets its first series. */
  readonly onTopic?: ((topic: Topic) => void) | undefined;
  /** Called with each value of a histogram, after it was counted. */
  readonly onMeasure?: MeasureListener | undefined;
  /** Called when a rate cannot be computed. The page goes without it. */
  readonly onError: () => void;
}

/** Everything that is counted: the one truth that pages, collectors and rates are read from. */
export class SeriesTable {
  /** When counting began, in milliseconds since the Unix epoch. */
  readonly startedAtEpochMs: number = Date.now();
  readonly #options: SeriesTableOptions;
  readonly #metrics = new Map<Metric, MetricSeries>();
  readonly #topics = new Set<Topic>();
  readonly #beforeRead = new Set<() => void>();

  constructor(options: SeriesTableOptions) {
    this.#options = options;
  }

  /**
   * Adds to a counter or an up-down counter. If the amount is 0, the series appears.
   *
   * @throws RangeError if the amount is not a finite number, or lowers a counter
   */
  add<M extends Sum>(metric: M, labels: LabelsOf<M>, amount = 1): void {
    if (!Number.isFinite(amount) || (metric.kind === 'counter' && amount < 0)) {
      throw new RangeError(`${metric.name} cannot be incremented by ${amount}`);
    }
    this.#at(metric, labels).value += amount;
  }

  /** Sets a gauge. */
  set<M extends Gauge>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#at(metric, labels).value = value;
  }

  /**
   * Counts a value of a histogram.
   *
   * @throws RangeError if the value is not a finite number of 0 or more
   */
  measure<M extends Histogram>(metric: M, labels: LabelsOf<M>, value: number, exemplar?: Exemplar): void {
    this.measureIn(metric, this.#at(metric, labels), value, exemplar);
  }

  /** Counts a value of a histogram whose series is known. */
  measureIn(metric: Histogram, series: Series, value: number, exemplar?: Exemplar): void {
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`${metric.name} cannot count the value ${value}`);
    const { buckets = [] } = metric;
    const counts = series.counts as Float64Array; // a histogram has buckets, which its topic was checked for
    const bucket = bucketOf(buckets, value);
    counts[bucket] = (counts[bucket] as number) + 1;
    series.value += value;
    if (exemplar !== undefined) (series.exemplars ??= new Array(counts.length).fill(undefined))[bucket] = exemplar;
    this.#options.onMeasure?.(metric, series.labels, value);
  }

  has<M extends Metric>(metric: M, labels: LabelsOf<M>): boolean {
    return this.#metrics.get(metric)?.find(labels) !== undefined;
  }

  /** The value for these labels; 0 when nothing was added yet. */
  valueOf<M extends Sum>(metric: M, labels: LabelsOf<M>): number {
    return this.#metrics.get(metric)?.find(labels)?.value ?? 0;
  }

  /** The series for these labels, created if it is missing. Keep a reference if you need it often. */
  seriesOf<M extends Metric>(metric: M, labels: LabelsOf<M>): Series {
    return this.#at(metric, labels);
  }

  allSeriesOf(metric: Metric): readonly Series[] {
    return this.#metrics.get(metric)?.all ?? [];
  }

  /** Has `refresh` called before each reading, for gauges whose value is only known by asking. @returns the function that ends it */
  onRead(refresh: () => void): () => void {
    this.#beforeRead.add(refresh);
    return () => this.#beforeRead.delete(refresh);
  }

  /** Everything that was counted, topic by topic. The values of one topic are read at the same instant, when it is asked for. */
  *read(): Generator<readonly MetricReading[], void> {
    this.#refresh();
    for (const topic of [...this.#topics]) yield this.#reading(topic);
  }

  /** What one topic has counted. */
  readTopic(topic: Topic): readonly MetricReading[] {
    this.#refresh();
    return this.#reading(topic);
  }

  #reading(topic: Topic): readonly MetricReading[] {
    return readingsOf(topic, this, this.#options.onError);
  }

  #refresh(): void {
    for (const refresh of this.#beforeRead) refresh();
  }

  #at(metric: Metric, labels: Labels): Series {
    return (this.#metrics.get(metric) ?? this.#added(metric)).at(labels);
  }

  #added(metric: Metric): MetricSeries {
    const { dimensions, maxSeries, topicOf, onTopic } = this.#options;
    const topic = topicOf(metric);
    if (topic === undefined) throw new RangeError(`${metric.name} is in the metrics of no registered topic`);
    if (!this.#topics.has(topic)) {
      onTopic?.(topic);
      this.#topics.add(topic);
    }
    const series = new MetricSeries(metric, dimensions, maxSeries);
    this.#metrics.set(metric, series);
    return series;
  }
}
