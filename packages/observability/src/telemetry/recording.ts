import type { Facts } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import type { LabelFact, Recorder } from './fact-entry.ts';
import type { Instruments } from './instruments.ts';
import { type Gauge, type Histogram, type LabelsOf, type Metric, NONE, type Sum } from './metric.ts';
import type { StatedFacts } from './span-definition.ts';
import type { Sums } from './sums.ts';

/** What one execution has stated so far, and where it is counted. */
export class Recording implements Recorder {
  // A cast, because the type of a map does not tie values to names; `record` of the observer does.
  readonly facts: StatedFacts & Map<FactName, Facts[FactName]> = new Map() as never;
  readonly #sums: Sums;
  readonly #instruments: Instruments;

  constructor(sums: Sums, instruments: Instruments) {
    this.#sums = sums;
    this.#instruments = instruments;
  }

  label<Name extends LabelFact>(name: Name): Facts[Name] | typeof NONE {
    return this.facts.get(name) ?? NONE;
  }

  has(name: FactName): boolean {
    return this.facts.has(name);
  }

  add<M extends Sum>(metric: M, labels: LabelsOf<M>, amount?: number): void {
    this.#sums.add(metric, labels, amount);
  }

  set<M extends Gauge>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#sums.set(metric, labels, value);
  }

  measure<M extends Histogram>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#instruments.record(metric, this.#sums.attributesOf(metric, labels), value);
  }

  isNew<M extends Metric>(metric: M, labels: LabelsOf<M>): boolean {
    return !this.#sums.has(metric, labels);
  }
}
