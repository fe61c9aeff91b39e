import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runCli } from '../cli.ts';

const run = (args: readonly string[], io = fakeIo()) => ({ io, ended: runCli(['dashboard', ...args], '1.0.0', io) });

it('shows what the exporter of OpenTelemetry sends, priced by the list', async () => {
  const { io, ended } = run(['--port', '0']);
  await expect.poll(io.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  const url = io.out().trim();
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${url}v1/traces` }) })],
  });
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
  };
  provider.getTracer('test').startSpan('chat gpt-4o-mini', { attributes }).end();
  await provider.forceFlush();
  const costs = async (): Promise<unknown> => {
    const page = (await (await fetch(`${url}api/requests`)).json()) as { rows: { costUsd: number }[] };
    return page.rows.map(({ costUsd }) => costUsd);
  };
  await expect.poll(costs).toEqual([expect.closeTo(0.00021, 12)]);
  await provider.shutdown();
  io.interrupt();
  expect(await ended).toBe(0);
  expect(io.err()).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${new URL(url).origin}`);
});

it('says in one sentence that a ledger cannot be read, or that the port is taken', async () => {
  const { io, ended } = run(['/nowhere/ledger.jsonl', '--port', '0']);
  expect([await ended, io.err()]).toEqual([2, 'tta: /nowhere/ledger.jsonl cannot be read (ENOENT)\n']);
  const first = run(['--port', '0']);
  await expect.poll(first.io.out).toContain('http');
  const { port } = new URL(first.io.out().trim());
  const second = run(['--port', port]);
  expect([await second.ended, second.io.err()]).toEqual([2, `tta: --port: ${port} is in use; name another one\n`]);
  first.io.interrupt();
  await first.ended;
});
