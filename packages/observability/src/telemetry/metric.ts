/** How a metric adds up: only upwards, both ways, not at all (the newest value counts), or as a distribution. */
export type MetricKind = 'counter' | 'up_down_counter' | 'gauge' | 'histogram';

/** The label of a fact that was not stated. */
export const NONE = '_none';

/** The label of everything that a dimension has no room for. */
export const OTHER = '_other';

/** A dimension of a metric. Its values are listed, or their number is capped. */
export interface Dimension<Value extends string = string> {
  readonly name: string;
  /** Every value there may be; or `capped`: the first values that come up, as many as `maxDimensionValues` allows. */
  readonly values: readonly Value[] | 'capped';
}

/** A dimension whose values are words of the code. Any other value is counted as `_other`. */
export function closed<const Values extends readonly string[]>(
  name: string,
  values: Values,
): Dimension<Values[number]> {
  return { name, values };
}

/** A dimension whose values come from users' code or options. The first ones are kept, and the rest is counted as `_other`. */
export function capped(name: string): Dimension {
  return { name, values: 'capped' };
}

/** One metric. */
export interface Metric<
  Dimensions extends readonly Dimension[] = readonly Dimension[],
  Kind extends MetricKind = MetricKind,
> {
  readonly kind: Kind;
  /** Exactly as Prometheus prints it, except for dots, which it prints as `_`. */
  readonly name: string;
  /** Empty, `s`, or an annotation in braces. Translators that follow the specification append any other unit to the name. */
  readonly unit: string;
  readonly description: string;
  /** In the order in which their values are given. */
  readonly dimensions: Dimensions;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

export type Counter = Metric<readonly Dimension[], 'counter'>;
export type Sum = Metric<readonly Dimension[], 'counter' | 'up_down_counter'>;
export type Gauge = Metric<readonly Dimension[], 'gauge'>;
export type Histogram = Metric<readonly Dimension[], 'histogram'>;

/** The values of a metric's dimensions, in their order. An undefined one is left out. */
export type LabelsOf<M> =
  M extends Metric<infer Dimensions>
    ? {
        readonly [Index in keyof Dimensions]: Dimensions[Index] extends Dimension<infer Value>
          ? Value | typeof NONE | undefined
          : never;
      }
    : never;

/** Makes a metric of one kind. */
export type MetricBuilder<Kind extends MetricKind> = <const Dimensions extends readonly Dimension[]>(
  name: string,
  unit: string,
  description: string,
  ...dimensions: Dimensions
) => Metric<Dimensions, Kind>;

const builderOf =
  <Kind extends MetricKind>(kind: Kind, buckets?: readonly number[]): MetricBuilder<Kind> =>
  (name, unit, description, ...dimensions) => ({
    kind,
    name,
    unit,
    description,
    dimensions,
    ...(buckets === undefined ? {} : { buckets }),
  });

/** Counts upwards. Its name ends in `_total`. */
export const counter: MetricBuilder<'counter'> = builderOf('counter');

/** A sum that may fall. It prints as a gauge under its own name. */
export const upDownCounter: MetricBuilder<'up_down_counter'> = builderOf('up_down_counter');

/** Holds the newest value. */
export const gauge: MetricBuilder<'gauge'> = builderOf('gauge');

/**
 * A distribution with buckets of your own.
 *
 * @param buckets - their upper bounds, in ascending order
 */
export function histogram(buckets: readonly number[]): MetricBuilder<'histogram'> {
  return builderOf('histogram', buckets);
}

/** Seconds from half a millisecond, a hit in memory, to 15 minutes, the longest answers of models. */
export const latency: MetricBuilder<'histogram'> = histogram([
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  ...[20, 30, 45, 60, 90, 120, 180, 300, 600, 900],
]);

/**
 * Seconds of a model's answer: the buckets that the conventions advise, and four more for answers that take up to 15 minutes.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai for the bucket advice of `gen_ai.client.inference.duration`
 */
export const inference: MetricBuilder<'histogram'> = histogram([
  ...[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  ...[163.84, 327.68, 655.36, 900],
]);

/**
 * Tokens of one call: the buckets that the conventions advise.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai for `gen_ai.client.inference.operation.input_tokens`
 */
export const tokens: MetricBuilder<'histogram'> = histogram(Array.from({ length: 14 }, (_, power) => 4 ** power));

/** US dollars of one call, from a hundredth of a cent to 10 dollars. */
export const dollars: MetricBuilder<'histogram'> = histogram([
  ...[0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
]);

/** The name of a metric on a Prometheus page. Dots become `_`, and a counter without `_total` gets it. */
export function printedName({ kind, name }: Metric): string {
  const printed = name.replaceAll('.', '_');
  return kind === 'counter' && !printed.endsWith('_total') ? `${printed}_total` : printed;
}

/** The names of the series of a metric on a Prometheus page: three for a histogram, one for any other metric. */
export function printedNames(metric: Metric): readonly string[] {
  const name = printedName(metric);
  return metric.kind === 'histogram' ? ['_bucket', '_count', '_sum'].map((ending) => `${name}${ending}`) : [name];
}
