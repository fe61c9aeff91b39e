import { trace } from '@opentelemetry/api';
import { step } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { telemetryForTest } from '../__fixtures__/telemetry-for-test.ts';
import type { TracesOptions } from './options.ts';

type Named = { readonly name: string };

/** A processor whose methods need their object, as those of classes do. */
class RecordingProcessor {
  readonly calls: string[] = [];
  onStart(span: Named & { setAttribute(name: string, value: string): void }): void {
    this.calls.push(`start ${span.name}`);
    span.setAttribute('team', 'search');
  }
  onEnding(span: Named): void {
    this.calls.push(`ending ${span.name}`);
  }
  onEnd(span: Named & { attributes: Record<string, unknown> }): void {
    this.calls.push(`end ${span.name} of ${span.attributes['team']}`);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const telemetryWith = (traces: TracesOptions, sampleRatio = 1) =>
  telemetryForTest({ environment: 'production', enablePrometheus: false, otlp: false, sampleRatio, traces });

const fine = step('fine', (n: number) => n);
const failing = step('failing', (): never => {
  throw new RangeError('no');
});

function throws(): never {
  throw new Error('not today');
}

describe('the processors of users', () => {
  it('are called as methods of their object', async () => {
    const processor = new RecordingProcessor();
    await using telemetry = await telemetryWith({ spanProcessors: [processor] });
    await fine.execute(1);
    expect(processor.calls).toEqual(['start fine', 'ending fine', 'end fine of search']);
    expect(await telemetry.read('telemetry_errors_total')).toBe(0);
  });

  it.each(['onStart', 'onEnding', 'onEnd'] as const)(
    'that throw in %s change no metric and no other processor, and are counted',
    async (method) => {
      const [broken, sound] = [new RecordingProcessor(), new RecordingProcessor()];
      broken[method] = throws;
      await using telemetry = await telemetryWith({ spanProcessors: [broken, sound] });
      for (let n = 0; n < 5; n += 1) await fine.execute(n);
      expect(sound.calls.filter((call) => call.startsWith('end '))).toHaveLength(5);
      expect(await telemetry.read('workflow_executions_total{workflow="fine",outcome="success"}')).toBe(5);
      expect(await telemetry.read('workflow_in_flight{workflow="fine"}')).toBe(0);
      expect(await telemetry.read('telemetry_errors_total')).toBe(5);
    },
  );

  it('hear of no span that is dropped, and of every span that is kept from its start to its end', async () => {
    const processor = new RecordingProcessor();
    await using telemetry = await telemetryWith({ spanProcessors: [processor] }, 0);
    for (let n = 0; n < 50; n += 1) await fine.execute(n);
    telemetry.observability.tracer('http').startSpan('GET').end();
    expect(processor.calls).toEqual([]);
    await failing.execute(1).catch(() => {});
    const name = 'failing';
    expect(processor.calls).toEqual([`start ${name}`, `ending ${name}`, `end ${name} of search`]);
  });

  it('hear of the spans of other libraries in a trace that is kept, and may add to them', async () => {
    const processor = new RecordingProcessor();
    await using telemetry = await telemetryWith({ spanProcessors: [processor] }, 0);
    const asking = step('asking', () => {
      const span = telemetry.observability.tracer('http').startSpan('GET');
      expect(trace.isSpanContextValid(span.spanContext())).toBe(true);
      span.end();
      throw new Error('no');
    });
    await asking.execute(1).catch(() => {});
    expect(processor.calls.filter((call) => call.includes('GET'))).toEqual([
      'start GET',
      'ending GET',
      'end GET of search',
    ]);
  });

  it('do not keep other spans from being flushed when their own flush fails', async () => {
    const [broken, sound] = [new RecordingProcessor(), new RecordingProcessor()];
    broken.forceFlush = throws;
    let flushes = 0;
    sound.forceFlush = async () => void (flushes += 1);
    await using telemetry = await telemetryWith({ spanProcessors: [broken, sound] });
    expect(await telemetry.handle.flush()).toBe(false);
    expect(flushes).toBe(1);
  });
});

describe('a sampler of users', () => {
  it('that throws changes no metric, and is counted', async () => {
    await using telemetry = await telemetryWith({ sampler: { shouldSample: throws }, exporters: [] });
    for (let n = 0; n < 5; n += 1) await fine.execute(n);
    expect(await telemetry.read('workflow_executions_total{workflow="fine",outcome="success"}')).toBe(5);
    expect(await telemetry.read('workflow_in_flight{workflow="fine"}')).toBe(0);
    expect(await telemetry.read('telemetry_errors_total')).toBe(5);
  });

  it('that throws for a span of another library does not disturb that library', async () => {
    await using telemetry = await telemetryWith({ sampler: { shouldSample: throws }, exporters: [] });
    const answer = trace.getTracer('http').startActiveSpan('GET', (span) => [span.isRecording(), 'answer']);
    expect(answer).toEqual([false, 'answer']);
    expect(await telemetry.read('telemetry_errors_total')).toBe(1);
  });
});
