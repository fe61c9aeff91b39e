import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Sdk } from './sdk.ts';

/** A name that the serializer leaves as it is, so that two of them stay two; `le` belongs to the buckets of histograms. */
const LABEL = /^(?!.*__)(?!le$)[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Gives every attribute a name that Prometheus takes as a label, each label once.
 *
 * Prometheus refuses the whole page for one label that begins with a digit or comes twice. Attributes that share a label are joined
 * by `;`, in the order of their names.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */
export function withLabels(
  { resource, scopeMetrics }: ResourceMetrics,
  { resources }: Pick<Sdk, 'resources'>,
): ResourceMetrics {
  return {
    resource: resources.resourceFromAttributes(labelsOf(resource.attributes)),
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map((metric) => {
        const dataPoints = metric.dataPoints.map((point) => ({ ...point, attributes: labelsOf(point.attributes) }));
        return { ...metric, dataPoints } as typeof metric; // each point keeps the kind of its metric
      }),
    })),
  };
}

function labelsOf(attributes: Attributes): Attributes {
  const names = Object.keys(attributes);
  if (names.every((name) => LABEL.test(name))) return attributes;
  const textsOf = (same: readonly string[]): readonly string[] =>
    same.toSorted().map((name) => textOf(attributes[name]));
  const labels = Map.groupBy(names, labelOf); // in the order in which a metric has its dimensions
  return Object.fromEntries(Array.from(labels, ([label, same]) => [label, textsOf(same).join(';')]));
}

function labelOf(name: string): string {
  const label = name.replace(/[^a-zA-Z0-9]+/g, '_');
  if (label === '') return '_';
  return label === 'le' || /^[0-9]/.test(label) ? `key_${label}` : label;
}

/** As the serializer writes values. */
function textOf(value: AttributeValue | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
