import type { Facts } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import type { Instruments } from './instruments.ts';
import type { LabelsOf, Metric } from './metric.ts';
import type { Sums } from './sums.ts';

/** Stands for a fact that was not stated. */
const NONE = '_none';

/** What one execution has stated so far, and where it is counted. */
export class Recording {
  readonly facts: Map<FactName, Facts[FactName]> = new Map<FactName, Facts[FactName]>();
  readonly #sums: Sums;
  readonly #instruments: Instruments;

  constructor(sums: Sums, instruments: Instruments) {
    this.#sums = sums;
    this.#instruments = instruments;
  }

  /** The newest value of a fact that is a label, or `_none`. */
  label(name: { [Name in FactName]: Facts[Name] extends string ? Name : never }[FactName]): string {
    return (this.facts.get(name) as string | undefined) ?? NONE;
  }

  add<M extends Metric>(metric: M, labels: LabelsOf<M>, amount?: number): void {
    this.#sums.add(metric, labels, amount);
  }

  set<M extends Metric>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#sums.set(metric, labels, value);
  }

  isNew<M extends Metric>(metric: M, labels: LabelsOf<M>): boolean {
    return !this.#sums.has(metric, labels);
  }

  record<M extends Metric>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#instruments.record(metric, labels, value);
  }
}
