import { AlwaysOnSampler, InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { otlpJson } from './otlp-json.ts';

function written(value: number): unknown {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  const tracer = new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors }).getTracer('test');
  tracer.startSpan('work', { attributes: { value } }).end();
  const message = JSON.parse(JSON.stringify(otlpJson(exporter.getFinishedSpans())));
  return message.resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value;
}

it.each([
  [1, { intValue: '1' }],
  [-(2 ** 63), { intValue: '-9223372036854775808' }],
  [2 ** 63, { doubleValue: 2 ** 63 }],
  [1e21, { doubleValue: 1e21 }],
  [0.5, { doubleValue: 0.5 }],
  [Number.NaN, { doubleValue: 'NaN' }],
  [Infinity, { doubleValue: 'Infinity' }],
  [-Infinity, { doubleValue: '-Infinity' }],
])('writes %d as protobuf in JSON does', (value, expected) => {
  expect(written(value)).toEqual(expected);
});
