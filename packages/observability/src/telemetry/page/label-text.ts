import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { Labels } from '../series/series.ts';

/** A name that Prometheus takes as a label; `le` belongs to the buckets of histograms, and two underscores to Prometheus. */
const LABEL = /^(?!.*__)(?!le$)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Labels as a page prints them: `route="cheap",reason="by_cost"`. An undefined one is left out. */
export function labelTextOf(names: readonly string[], labels: Labels): string {
  let text = '';
  for (const [index, name] of names.entries()) {
    const label = labels[index];
    if (label !== undefined) text += `${text === '' ? '' : ','}${name}="${escapedLabel(label)}"`;
  }
  return text;
}

/**
 * Attributes as labels that Prometheus takes, each label once.
 *
 * Prometheus refuses the whole page for one label that begins with a digit or comes twice. Attributes that share a label are joined
 * by `;`, in the order of their names.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */
export function attributeTextOf(attributes: Attributes): string {
  const names = Object.keys(attributes);
  const textNamed = (name: string): string => textOf(attributes[name]);
  if (names.every((name) => LABEL.test(name))) return labelTextOf(names, names.map(textNamed));
  const labels = Map.groupBy(names, labelOf); // in the order in which a metric has its dimensions
  const values = Array.from(labels.values(), (same) => same.toSorted().map(textNamed).join(';'));
  return labelTextOf([...labels.keys()], values);
}

/** Help as a page prints it. */
export function escapedHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapedLabel(label: string): string {
  return /[\\\n"]/.test(label) ? escapedHelp(label).replaceAll('"', '\\"') : label;
}

function labelOf(name: string): string {
  const label = name.replace(/[^a-zA-Z0-9]+/g, '_');
  if (label === '') return '_';
  return label === 'le' || /^[0-9]/.test(label) ? `key_${label}` : label;
}

function textOf(value: AttributeValue | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
