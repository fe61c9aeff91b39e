import type { Attributes } from '@opentelemetry/api';
import type { Facts } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import type { Gauge, Histogram, LabelsOf, Metric, NONE, Sum } from './metric.ts';

/** How an execution ended, for what is measured over its whole length. */
export interface Measured {
  readonly seconds: number;
  /** The type of the error that the execution failed with, capped. */
  readonly errorType: string | undefined;
}

/** The facts whose values are words, and can be labels. */
export type LabelFact = { [Name in FactName]: Facts[Name] extends string ? Name : never }[FactName];

/** Counts what one execution states. */
export interface Recorder {
  /** The newest value of a fact, capped if the fact has a `dimension`; `_none` if it was not stated. */
  label<Name extends LabelFact>(name: Name): Facts[Name] | typeof NONE;
  /** The newest value of a fact, capped if the fact has a `dimension`; undefined if it was not stated. */
  fact<Name extends FactName>(name: Name): Facts[Name] | undefined;
  /** Whether a fact was stated. */
  has(name: FactName): boolean;
  /**
   * Adds to a counter or an up-down counter. If you add 0, the series appears on the page.
   *
   * @throws RangeError if the amount is not a finite number, or lowers a counter
   */
  add<M extends Sum>(metric: M, labels: LabelsOf<M>, amount?: number): void;
  set<M extends Gauge>(metric: M, labels: LabelsOf<M>, value: number): void;
  measure<M extends Histogram>(metric: M, labels: LabelsOf<M>, value: number): void;
  /** Whether a metric has no series for these labels yet. */
  isNew<M extends Metric>(metric: M, labels: LabelsOf<M>): boolean;
}

/** What becomes of one fact. */
export interface FactEntry<Value> {
  /** The span attribute that holds the value, or how the value becomes attributes. Without it the fact is on no span. */
  readonly attribute?: string | ((value: Value) => Attributes);
  /** The name of the capped dimension that the value belongs to. The value is capped before anything is counted under it. */
  readonly dimension?: Value extends string ? string : never;
  /** Counts the fact when it is stated, also after the end of its execution. */
  readonly record?: (value: Value, recorder: Recorder) => void;
  /** Measures the execution when it has ended, with the newest value stated. */
  readonly onEnd?: (value: Value, measured: Measured, recorder: Recorder) => void;
}
