import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SpanStatusCode } from '@opentelemetry/api';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { consoleSpanExporter } from './console-span-exporter.ts';

describe('consoleSpanExporter', () => {
  const lines: string[] = [];
  const exporter = consoleSpanExporter((line) => lines.push(line));
  const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer('test');

  it('prints a span on one line: when, trace, name, how long, how it ended, what it stated', () => {
    const startTime = new Date('2026-01-02T03:04:05.678Z');
    const span = tracer.startSpan('cache answer', { startTime });
    span.setAttributes({ 'tta.kind': 'cache', 'tta.ending': 'success', 'tta.workflow.id': 'w', 'tta.cache.hit': true });
    span.end(startTime.getTime() + 12.34);
    const trace = span.spanContext().traceId.slice(0, 8);
    expect(lines).toEqual([`03:04:05.678  ${trace}  cache answer  12.3 ms  success  tta.cache.hit=true`]);
  });

  it('prints fractions to six digits, and whole numbers as they are', () => {
    const span = tracer.startSpan('router');
    span.setAttributes({ 'tta.router.saved_usd': 0.1 + 0.2, 'gen_ai.usage.input_tokens': 12_345_678 });
    span.end();
    expect(lines.at(-1)).toMatch(/ {2}tta\.router\.saved_usd=0\.3 {2}gen_ai\.usage\.input_tokens=12345678$/);
  });

  it('names the type of an error', () => {
    const span = tracer.startSpan('failing');
    span.setAttributes({ 'tta.ending': 'error', 'error.type': 'TypeError' });
    span.setStatus({ code: SpanStatusCode.ERROR }).end();
    expect(lines.at(-1)).toMatch(/ failing {2}\d+\.\d ms {2}error TypeError$/);
  });
});

describe('a process with telemetry', () => {
  /** Runs a script with the observability of this package, and gives what it printed and how it ended. */
  async function runScript(options: string, end = ''): Promise<{ stdout: string; code: number | null }> {
    const script = `
      import { initializeObservability } from 'tta-observability-integration';
      import { step } from 'tta-dev-primitives';
      const handle = await initializeObservability(${options});
      await step('work', () => 1).execute();
      if (handle.metricsUrl) await (await fetch(handle.metricsUrl)).text();
      ${end}`;
    const env = { ...process.env, NODE_ENV: 'development', ENVIRONMENT: '' };
    const parameters = ['--conditions=tta-source', '--input-type=module', '--eval', script];
    const child = spawn(process.execPath, parameters, { env, cwd: import.meta.dirname, timeout: 100_000 });
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    expect(stderr).toBe('');
    return { stdout, code };
  }

  it('prints spans in development, and is not kept alive by the server, a timer or a connection', async () => {
    const { stdout, code } = await runScript('{ prometheusPort: 0 }');
    expect(stdout).toMatch(/^[\d:.]{12} {2}\w{8} {2}work {2}[\d.]+ ms {2}success\n$/);
    expect(code).toBe(0);
  });

  it('prints nothing with enableConsoleTraces: false', async () => {
    const { stdout, code } = await runScript(
      '{ prometheusPort: 0, enableConsoleTraces: false }',
      'await handle.shutdown();',
    );
    expect([stdout, code]).toEqual(['', 0]);
  });
});
