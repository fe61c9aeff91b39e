import type { Sums } from './sums.ts';

/** How a metric adds up: only upwards, both ways, not at all (the newest value counts), or as a distribution. */
export type MetricKind = 'counter' | 'up_down_counter' | 'gauge' | 'histogram';

/** One metric: its name, exactly as Prometheus prints it but for dots, and its dimensions in the order of their values. */
export interface Metric<Dimensions extends readonly string[] = readonly string[]> {
  readonly kind: MetricKind;
  readonly name: string;
  /** An annotation in braces or `s`: a bare word would be appended to the name by translators that follow the specification. */
  readonly unit: string;
  readonly description: string;
  readonly dimensions: Dimensions;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** The values of a metric's dimensions, in their order; an undefined one is left out. */
export type LabelsOf<M> =
  M extends Metric<infer Dimensions> ? { readonly [Index in keyof Dimensions]: string | undefined } : never;

/** A gauge computed when it is read, from the very counters that are printed beside it. */
export interface Rate {
  readonly metric: Metric<readonly [string]>;
  /** The metric whose series say for which values there is a rate. */
  readonly each: Metric<readonly [string]>;
  readonly of: (sums: Sums, label: string) => number;
}

type Builder = <const Dimensions extends readonly string[]>(
  name: string,
  unit: string,
  description: string,
  ...dimensions: Dimensions
) => Metric<Dimensions>;

const builderOf =
  (kind: MetricKind, buckets?: readonly number[]): Builder =>
  (name, unit, description, ...dimensions) => ({
    kind,
    name,
    unit,
    description,
    dimensions,
    ...(buckets === undefined ? {} : { buckets }),
  });

export const counter: Builder = builderOf('counter');

/** Prints as a gauge under its own name, where a counter would print with `_total`. */
export const upDownCounter: Builder = builderOf('up_down_counter');

export const gauge: Builder = builderOf('gauge');

/** Seconds from half a millisecond, a hit in memory, to ten seconds. */
export const latency: Builder = builderOf(
  'histogram',
  [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
);

/**
 * Seconds of a model's answer.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai for the bucket advice of `gen_ai.client.inference.duration`
 */
export const inference: Builder = builderOf(
  'histogram',
  [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
);

/** A share between 0 and 1; 0 while there is nothing to share. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
