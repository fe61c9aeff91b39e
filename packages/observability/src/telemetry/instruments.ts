import type { Attributes, BatchObservableResult, Histogram, Meter, Observable } from '@opentelemetry/api';
import type { LabelsOf, Metric, Rate } from './metric.ts';
import { attributesOf, type Sums } from './sums.ts';

/** The instruments of one set of meters: sums and rates are read when a reader asks, distributions are recorded at once. */
export class Instruments {
  readonly #histograms = new Map<Metric, Histogram[]>();
  readonly #releases: (() => void)[] = [];

  constructor(meters: readonly Meter[], metrics: readonly Metric[], rates: readonly Rate[], sums: Sums) {
    for (const meter of meters) this.#bind(meter, metrics, rates, sums);
  }

  /** Records one value of a histogram. */
  record<M extends Metric>(metric: M, labels: LabelsOf<M>, value: number): void {
    const attributes = attributesOf(metric, labels);
    for (const histogram of this.#histograms.get(metric) ?? []) histogram.record(value, attributes);
  }

  /** Takes the callbacks away from the meters, which may belong to somebody else and live on. */
  release(): void {
    for (const release of this.#releases.splice(0)) release();
    this.#histograms.clear();
  }

  #bind(meter: Meter, metrics: readonly Metric[], rates: readonly Rate[], sums: Sums): void {
    const observables: [Metric, Observable][] = [];
    for (const metric of metrics) {
      if (metric.kind === 'histogram') this.#addHistogram(metric, meter);
      else observables.push([metric, observableOf(meter, metric)]);
    }
    const rateObservables = rates.map((rate) => [rate, observableOf(meter, rate.metric)] as const);
    // One callback for everything: a page shows all sums and the rates between them at the same instant.
    const observe = (result: BatchObservableResult): void => {
      for (const [metric, observable] of observables) {
        for (const { value, attributes } of sums.seriesOf(metric)) result.observe(observable, value, attributes);
      }
      for (const [{ each, of }, observable] of rateObservables) {
        for (const { labels, attributes } of sums.seriesOf(each)) {
          result.observe(observable, of(sums, labels[0] ?? ''), attributes as Attributes);
        }
      }
    };
    const observed = [...observables, ...rateObservables].map(([, observable]) => observable);
    meter.addBatchObservableCallback(observe, observed);
    this.#releases.push(() => meter.removeBatchObservableCallback(observe, observed));
  }

  #addHistogram(metric: Metric, meter: Meter): void {
    const { name, unit, description, buckets = [] } = metric;
    const histogram = meter.createHistogram(name, {
      unit,
      description,
      advice: { explicitBucketBoundaries: [...buckets] },
    });
    this.#histograms.set(metric, [...(this.#histograms.get(metric) ?? []), histogram]);
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
