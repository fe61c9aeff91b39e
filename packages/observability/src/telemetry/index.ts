// Facts, metrics, rates and spans of a primitive of your own. Importing this loads nothing of OpenTelemetry.
export type { FactEntry, LabelFact, Measured, Recorder } from './fact-entry.ts';
export {
  type Counter,
  capped,
  closed,
  counter,
  type Dimension,
  type Gauge,
  gauge,
  type Histogram,
  histogram,
  inference,
  type LabelsOf,
  latency,
  type Metric,
  type MetricBuilder,
  type MetricKind,
  type Sum,
  upDownCounter,
} from './metric.ts';
export { type Rate, rate, ratio, type SumOf } from './rate.ts';
export { registerTopic } from './shared-registry.ts';
export { namedBy, type SpanDefinition, type SpanSubject, type StatedFacts } from './spans/span-definition.ts';
export { type FactsUnder, type Topic, type TopicDefinition, topic } from './topic.ts';
