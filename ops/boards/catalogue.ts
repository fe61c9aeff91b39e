import { maturityTopic } from '../../packages/cli/src/maturity/topic.ts';
import { EVALUATION_TOPICS } from '../../packages/evaluation/src/topics.ts';
import { type Metric, printedNames } from '../../packages/observability/src/telemetry/metric.ts';
import { metricsOf } from '../../packages/observability/src/telemetry/registry.ts';
import { BUILT_IN_TOPICS } from '../../packages/observability/src/telemetry/topics/index.ts';

/** A metric as Prometheus shows it. */
export interface PrintedMetric {
  /** Without the endings of a histogram's series. */
  readonly name: string;
  readonly kind: Metric['kind'];
  readonly description: string;
  readonly labels: readonly string[];
  /** The names of its series. */
  readonly series: readonly string[];
}

/** Every metric of every topic, by its printed name. */
export const CATALOGUE: ReadonlyMap<string, PrintedMetric> = new Map(
  [...Object.values(BUILT_IN_TOPICS), ...EVALUATION_TOPICS, maturityTopic]
    .flatMap(metricsOf)
    .map(printed)
    .map((metric) => [metric.name, metric]),
);

function printed(metric: Metric): PrintedMetric {
  const series = printedNames(metric);
  return {
    name: (series[0] as string).replace(metric.kind === 'histogram' ? /_bucket$/ : '', ''),
    kind: metric.kind,
    description: metric.description,
    labels: metric.dimensions.map(({ name }) => name.replaceAll('.', '_')),
    series,
  };
}

/** The metric of that name, for a query that needs its kind and labels. @throws RangeError if no topic has it */
export function metricNamed(name: string, ...kinds: readonly Metric['kind'][]): PrintedMetric {
  const metric = CATALOGUE.get(name);
  if (metric === undefined) throw new RangeError(`no topic has a metric ${name}`);
  if (kinds.length > 0 && !kinds.includes(metric.kind)) {
    throw new RangeError(`${name} is a ${metric.kind}; the query needs a ${kinds.join(' or ')}`);
  }
  return metric;
}
