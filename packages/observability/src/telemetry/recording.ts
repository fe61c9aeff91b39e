import type { Context } from '@opentelemetry/api';
import type { Facts } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import type { LabelFact, Recorder } from './fact-entry.ts';
import { type Gauge, type Histogram, type LabelsOf, type Metric, NONE, type Sum } from './metric.ts';
import { exemplarIn } from './series/exemplar.ts';
import type { SeriesTable } from './series/series-table.ts';
import type { StatedFacts } from './spans/span-definition.ts';

/** What one execution has stated so far, and where it is counted. */
export class Recording implements Recorder {
  // A cast, because the type of a map does not tie values to names; `record` of the observer does.
  readonly facts: StatedFacts & Map<FactName, Facts[FactName]> = new Map() as never;
  /** Where the execution runs, with its span if it is traced. */
  active: Context | undefined;
  readonly #table: SeriesTable;

  constructor(table: SeriesTable) {
    this.#table = table;
  }

  label<Name extends LabelFact>(name: Name): Facts[Name] | typeof NONE {
    return this.facts.get(name) ?? NONE;
  }

  fact<Name extends FactName>(name: Name): Facts[Name] | undefined {
    return this.facts.get(name);
  }

  has(name: FactName): boolean {
    return this.facts.has(name);
  }

  add<M extends Sum>(metric: M, labels: LabelsOf<M>, amount?: number): void {
    this.#table.add(metric, labels, amount);
  }

  set<M extends Gauge>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#table.set(metric, labels, value);
  }

  measure<M extends Histogram>(metric: M, labels: LabelsOf<M>, value: number): void {
    this.#table.measure(metric, labels, value, this.active && exemplarIn(this.active, value));
  }

  isNew<M extends Metric>(metric: M, labels: LabelsOf<M>): boolean {
    return !this.#table.has(metric, labels);
  }
}
