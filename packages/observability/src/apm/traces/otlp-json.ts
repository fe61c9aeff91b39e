import type { Attributes, AttributeValue, HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/**
 * Spans as one message of OTLP in JSON.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function otlpJson(spans: readonly ReadableSpan[]): object {
  const byResource = Map.groupBy(spans, ({ resource }) => resource);
  return {
    resourceSpans: [...byResource].map(([resource, ofResource]) => ({
      resource: { attributes: pairsOf(resource.attributes as Attributes) },
      scopeSpans: [...Map.groupBy(ofResource, (span) => span.instrumentationScope)].map(([scope, ofScope]) => ({
        scope: { name: scope.name, ...(scope.version !== undefined && { version: scope.version }) },
        ...(scope.schemaUrl !== undefined && { schemaUrl: scope.schemaUrl }),
        spans: ofScope.map(spanOf),
      })),
    })),
  };
}

function spanOf(span: ReadableSpan): object {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const { parentSpanContext: parent, status } = span;
  return {
    traceId,
    spanId,
    ...(parent !== undefined && { parentSpanId: parent.spanId }),
    ...(traceState !== undefined && { traceState: traceState.serialize() }),
    name: span.name,
    kind: span.kind + 1, // OTLP has a word for none before the API's first
    startTimeUnixNano: nanosOf(span.startTime),
    endTimeUnixNano: nanosOf(span.endTime),
    attributes: pairsOf(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(({ name, time, attributes = {} }) => ({
      name,
      timeUnixNano: nanosOf(time),
      attributes: pairsOf(attributes as Attributes),
    })),
    links: span.links.map(({ context, attributes = {} }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes: pairsOf(attributes),
    })),
    status: { code: status.code, ...(status.message !== undefined && { message: status.message }) },
    flags: traceFlags,
  };
}

function nanosOf([seconds, nanos]: HrTime): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
}

function pairsOf(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValueOf(value) }],
  );
}

type Item = AttributeValue | null | undefined;

function anyValueOf(value: Item): object {
  if (Array.isArray(value)) return { arrayValue: { values: (value as readonly Item[]).map(anyValueOf) } };
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return isInt64(value) ? { intValue: String(BigInt(value)) } : { doubleValue: doubleOf(value) };
    default:
      return {};
  }
}

function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}

/** Protobuf's JSON writes as a word what is no number in JSON. */
function doubleOf(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
