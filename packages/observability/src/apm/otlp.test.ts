import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { step } from 'tta-dev-primitives';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { telemetryForTest } from './__fixtures__/telemetry-for-test.ts';

interface Received {
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly authorization: string | undefined;
  readonly bytes: number;
}

let server: Server;
let endpoint: string;
let received: Received[];
let answer: RequestListener;
let unhandled: unknown[];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeEach(async () => {
  received = [];
  unhandled = [];
  answer = (_request, response) => void response.end();
  process.on('unhandledRejection', onUnhandled);
  server = createServer(async (request, response) => {
    let bytes = 0;
    for await (const chunk of request) bytes += chunk.length;
    const { 'content-type': type, authorization } = request.headers;
    received.push({ path: request.url, type, authorization, bytes });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  process.off('unhandledRejection', onUnhandled);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(unhandled).toEqual([]);
});

const production = (url: string, timeoutMs = 3_000) =>
  telemetryForTest(
    {
      environment: 'production',
      enablePrometheus: false,
      sampleRatio: 1,
      otlp: { endpoint: url, timeoutMs, headers: { authorization: 'Bearer x' } },
    },
    {},
  );

const work = () => step('work', () => 'done').execute(undefined);

describe('sending to a collector', () => {
  it('sends traces and metrics as http/protobuf', async () => {
    await using telemetry = await production(endpoint);
    expect(telemetry.handle).toMatchObject({ state: 'active', problems: [] });
    await work();
    expect(await telemetry.handle.flush()).toBe(true);
    const sent = received.toSorted((a, b) => String(a.path).localeCompare(String(b.path)));
    expect(sent).toMatchObject([
      { path: '/v1/metrics', type: 'application/x-protobuf', authorization: 'Bearer x' },
      { path: '/v1/traces', type: 'application/x-protobuf', authorization: 'Bearer x' },
    ]);
    expect(sent.every(({ bytes }) => bytes > 100)).toBe(true);
  });

  it('sends what is left when it ends', async () => {
    await using telemetry = await production(endpoint);
    await work();
    expect(await telemetry.handle.shutdown()).toBe(true);
    expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/v1/metrics', '/v1/traces']));
  });

  it.each<[string, (() => void) | undefined]>([
    ['refuses connections', undefined],
    ['is overloaded', () => (answer = (_request, response) => void response.writeHead(503).end())],
    ['fails', () => (answer = (_request, response) => void response.writeHead(500).end())],
    ['hangs', () => (answer = () => {})],
  ])('does not hold up the work nor its own end when the collector %s', async (_what, setUp) => {
    setUp?.();
    // An export may take longer than a test, so only the bounds of flush and shutdown end these.
    await using telemetry = await production(setUp === undefined ? 'http://127.0.0.1:1' : endpoint, 3_600_000);
    expect(await work()).toBe('done');
    await telemetry.handle.flush(150);
    await work();
    await telemetry.handle.shutdown(150);
    expect(await work()).toBe('done');
  });

  it('says that it could not send everything in time', async () => {
    answer = () => {};
    await using telemetry = await production(endpoint, 400);
    await work();
    expect(await telemetry.handle.flush(50)).toBe(false);
    expect(await telemetry.handle.shutdown(50)).toBe(false);
  });

  it('gives up a request after its time-out, so that a collector that hangs holds no process', async () => {
    const { promise: givenUp, resolve } = Promise.withResolvers<void>();
    answer = ({ url }, response) => void response.on('close', () => url === '/v1/traces' && resolve());
    await using telemetry = await production(endpoint, 300);
    await work();
    const startedAt = performance.now();
    await telemetry.handle.flush(100);
    await givenUp;
    expect(performance.now() - startedAt).toBeLessThan(9_000); // without a time-out of its own it would take 10 s
  });

  it.each<[string, RequestListener]>([
    ['never answers', () => {}],
    ['never ends its answer', (_request, response) => void response.writeHead(200).write('a part')],
  ])(
    'cuts its connections at its end, however long a request may take, so that a collector that %s holds no process',
    async (_what, hang) => {
      const cut: Promise<unknown>[] = [];
      answer = (request, response) => {
        cut.push(once(request.socket, 'close'));
        hang(request, response);
      };
      await using telemetry = await production(endpoint, 3_600_000);
      await work();
      void telemetry.handle.flush();
      await expect.poll(() => cut.length, { timeout: 15_000 }).toBe(2);
      expect(await telemetry.handle.shutdown(50)).toBe(false);
      await Promise.all(cut);
    },
  );

  it('ends its process while a collector is overloaded, however long an export may take', async () => {
    answer = (_request, response) => void response.writeHead(503, { 'retry-after': '3600' }).end();
    const program = `
      import { step } from 'tta-dev-primitives';
      import { initializeObservability } from 'tta-observability-integration';
      const otlp = { endpoint: '${endpoint}', timeoutMs: 7_200_000 };
      const handle = await initializeObservability({ environment: 'production', enablePrometheus: false, sampleRatio: 1, otlp });
      await step('work', () => 'done').execute(undefined);
      console.log(await handle.shutdown(1_000));`;
    const flags = ['--conditions=tta-source', '--input-type=module', '--eval'];
    const options = { cwd: new URL('../..', import.meta.url), timeout: 100_000 };
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, program], options);
    expect(stdout.trim()).toBe('false');
    expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/v1/metrics', '/v1/traces']));
  });

  it('lists a certificate that cannot be read, and sends without it', async () => {
    const variables = { OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    const options = { environment: 'production', enablePrometheus: false, sampleRatio: 1 };
    await using telemetry = await telemetryForTest(options, variables);
    expect(telemetry.handle).toMatchObject({ state: 'degraded', problems: [{ code: 'otlp' }] });
    expect(String(telemetry.handle.problems[0])).toContain('/nowhere/ca.pem');
    await work();
    expect(await telemetry.handle.flush()).toBe(true);
  });

  it('counts spans that wait for the collector, and those that a full queue drops', async () => {
    answer = () => {};
    const variables = { OTEL_BSP_MAX_QUEUE_SIZE: '5', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5' };
    const options = { environment: 'production', enablePrometheus: false, sampleRatio: 1 };
    await using telemetry = await telemetryForTest({ ...options, otlp: { endpoint, timeoutMs: 300 } }, variables);
    for (let count = 0; count < 50; count += 1) await work();
    const lost = (reason: string) => telemetry.read(`telemetry_spans_lost_total{reason="${reason}"}`);
    expect(await telemetry.read('telemetry_spans_queued')).toBe(5);
    expect(await lost('export_failed')).toBe(0);
    expect(await lost('queue_full')).toBeGreaterThanOrEqual(50 - 2 * 5); // a batch is under way, and another one waits
  });

  it('counts spans that the collector refuses', async () => {
    answer = (_request, response) => void response.writeHead(400).end();
    const options = { environment: 'production', enablePrometheus: false, sampleRatio: 1, otlp: endpoint };
    await using telemetry = await telemetryForTest(options);
    await work();
    expect(await telemetry.handle.flush()).toBe(false);
    expect(await telemetry.read('telemetry_spans_lost_total{reason="export_failed"}')).toBe(1);
    expect(await telemetry.read('telemetry_spans_queued')).toBe(0);
  });
});
