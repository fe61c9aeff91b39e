import type { Attributes, BatchObservableResult, Meter, Observable, Histogram as Recorded } from '@opentelemetry/api';
import type { Metric } from './metric.ts';
import type { Sums } from './sums.ts';
import type { Topic } from './topic.ts';

/** The instruments of one set of meters: sums and rates are read when a reader asks, distributions are recorded at once. */
export class Instruments {
  readonly #meters: readonly Meter[];
  readonly #histograms = new Map<Metric, Recorded[]>();
  readonly #releases: (() => void)[] = [];
  readonly #bound = new Set<Metric>();
  #isReleased = false;

  constructor(meters: readonly Meter[]) {
    this.#meters = meters;
  }

  /** Whether a metric has its instruments, or needs none any more. */
  has(metric: Metric): boolean {
    return this.#isReleased || this.#bound.has(metric);
  }

  /** Makes the instruments of a topic. */
  bind(topic: Topic, sums: Sums): void {
    for (const metric of Object.values(topic.metrics)) this.#bound.add(metric);
    for (const meter of this.#meters) this.#bindTo(meter, topic, sums);
  }

  /** Records one value of a histogram. */
  record(metric: Metric, attributes: Attributes, value: number): void {
    for (const recorded of this.#histograms.get(metric) ?? []) recorded.record(value, attributes);
  }

  /** Takes the callbacks away from the meters, which may belong to somebody else and live on. */
  release(): void {
    this.#isReleased = true;
    for (const release of this.#releases.splice(0)) release();
    this.#histograms.clear();
  }

  #bindTo(meter: Meter, { metrics, rates }: Topic, sums: Sums): void {
    const observables: [Metric, Observable][] = [];
    for (const metric of Object.values(metrics)) {
      if (metric.kind === 'histogram') this.#addHistogram(metric, meter);
      else observables.push([metric, observableOf(meter, metric)]);
    }
    const rateObservables = rates.map((rate) => [rate, observableOf(meter, rate.metric)] as const);
    // One callback for the whole topic: a page shows sums and the rates between them at the same instant.
    const observe = (result: BatchObservableResult): void => {
      for (const [metric, observable] of observables) {
        for (const { value, attributes } of sums.seriesOf(metric)) result.observe(observable, value, attributes);
      }
      for (const [{ each, of }, observable] of rateObservables) {
        for (const { labels, attributes } of sums.seriesOf(each)) {
          result.observe(observable, of(sumOf, labels), attributes);
        }
      }
    };
    const sumOf = sums.valueOf.bind(sums);
    const observed = [...observables, ...rateObservables].map(([, observable]) => observable);
    meter.addBatchObservableCallback(observe, observed);
    this.#releases.push(() => meter.removeBatchObservableCallback(observe, observed));
  }

  #addHistogram(metric: Metric, meter: Meter): void {
    const { name, unit, description, buckets = [] } = metric;
    const recorded = meter.createHistogram(name, {
      unit,
      description,
      advice: { explicitBucketBoundaries: [...buckets] },
    });
    this.#histograms.set(metric, [...(this.#histograms.get(metric) ?? []), recorded]);
  }
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
