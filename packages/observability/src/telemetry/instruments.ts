import type { Attributes, BatchObservableResult, Meter, Observable, Histogram as Recorded } from '@opentelemetry/api';
import type { Metric } from './metric.ts';
import type { MetricReading } from './series/reading.ts';
import type { Labels } from './series/series.ts';
import type { Topic } from './topic.ts';

/** Reads what a topic has counted. */
export type TopicReader = (topic: Topic) => readonly MetricReading[];

/** The instruments of a host's meter: sums and rates are read when its reader asks, distributions are recorded at once. */
export class Instruments {
  readonly #meter: Meter;
  readonly #histograms = new Map<Metric, Recorded>();
  /** By the labels of a series, which are the same object each time. */
  readonly #attributes = new WeakMap<Labels, Attributes>();
  readonly #releases: (() => void)[] = [];
  #isReleased = false;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Makes the instruments of a topic. */
  bind(topic: Topic, read: TopicReader): void {
    if (this.#isReleased) return;
    const observables = new Map<Metric, Observable>();
    for (const metric of Object.values(topic.metrics)) {
      if (metric.kind === 'histogram') this.#addHistogram(metric);
      else observables.set(metric, observableOf(this.#meter, metric));
    }
    for (const { metric } of topic.rates) observables.set(metric, observableOf(this.#meter, metric));
    // One callback for the whole topic: the host sees sums and the rates between them at the same instant.
    const observe = (result: BatchObservableResult): void => {
      for (const { metric, series, values } of read(topic)) {
        const observable = observables.get(metric);
        if (observable === undefined) continue;
        values.forEach((value, index) => {
          const { labels } = series[index] as MetricReading['series'][number];
          result.observe(observable, value, this.#attributesOf(metric, labels));
        });
      }
    };
    const observed = [...observables.values()];
    this.#meter.addBatchObservableCallback(observe, observed);
    this.#releases.push(() => this.#meter.removeBatchObservableCallback(observe, observed));
  }

  /** Records one value of a histogram. */
  record(metric: Metric, labels: Labels, value: number): void {
    this.#histograms.get(metric)?.record(value, this.#attributesOf(metric, labels));
  }

  /** Takes the callbacks away from the meter, which belongs to the host and lives on. */
  release(): void {
    this.#isReleased = true;
    for (const release of this.#releases.splice(0)) release();
    this.#histograms.clear();
  }

  #addHistogram(metric: Metric): void {
    const { name, unit, description, buckets = [] } = metric;
    const advice = { explicitBucketBoundaries: [...buckets] };
    this.#histograms.set(metric, this.#meter.createHistogram(name, { unit, description, advice }));
  }

  #attributesOf(metric: Metric, labels: Labels): Attributes {
    const known = this.#attributes.get(labels);
    if (known !== undefined) return known;
    const attributes = attributesOf(metric, labels);
    this.#attributes.set(labels, attributes);
    return attributes;
  }
}

/** Labels under the names of the metric's dimensions. */
export function attributesOf({ dimensions }: Metric, labels: Labels): Attributes {
  const named = dimensions.map(({ name }, index) => [name, labels[index]] as const);
  return Object.fromEntries(named.filter(([, label]) => label !== undefined)) as Attributes;
}

function observableOf(meter: Meter, { kind, name, unit, description }: Metric): Observable {
  const options = { unit, description };
  switch (kind) {
    case 'counter':
      return meter.createObservableCounter(name, options);
    case 'up_down_counter':
      return meter.createObservableUpDownCounter(name, options);
    default:
      return meter.createObservableGauge(name, options);
  }
}
