import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type RequestOptions, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { state } from './__fixtures__/stating-primitive.ts';
import { telemetryForTest } from './__fixtures__/telemetry-for-test.ts';
import { metricsHandler } from './metrics-endpoint.ts';

const LONG = 'cache_hits_total{operation="a"} 1\n'.repeat(100);

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serving(page: string, token?: string): Promise<string> {
  server = createServer(metricsHandler(async (format) => [Buffer.from(`${format}\n`), Buffer.from(page)], token));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Without the decompression of `fetch`. */
async function ask(url: string, options: RequestOptions = {}): Promise<IncomingMessage & { body: Buffer }> {
  const [response] = (await once(get(url, options), 'response')) as [IncomingMessage];
  return Object.assign(response, { body: await buffer(response) });
}

describe('the endpoint of the metrics', () => {
  it('answers with the format that the reader asks for', async () => {
    const url = await serving('');
    const text = await ask(url);
    expect([text.headers['content-type'], String(text.body)]).toEqual([
      'text/plain; version=0.0.4; charset=utf-8',
      'text\n',
    ]);
    const open = await ask(url, { headers: { accept: 'application/openmetrics-text;version=1.0.0' } });
    expect([open.headers['content-type'], String(open.body)]).toEqual([
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
      'openmetrics\n',
    ]);
    expect(open.headers.vary).toBe('Accept, Accept-Encoding');
  });

  it('refuses a reader who takes neither format, and says which there are', async () => {
    const refused = await ask(await serving(''), { headers: { accept: 'application/json' } });
    expect(refused.statusCode).toBe(406);
    expect(String(refused.body)).toContain('text/plain; version=0.0.4; charset=utf-8 or application/openmetrics-text');
  });

  it('compresses a page that is worth it, for a reader who takes gzip', async () => {
    const url = await serving(LONG);
    const headers = { 'accept-encoding': 'gzip' };
    const zipped = await ask(url, { headers });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(Number(zipped.headers['content-length'])).toBe(zipped.body.length);
    expect(String(gunzipSync(zipped.body))).toBe(`text\n${LONG}`);
    expect(zipped.body.length).toBeLessThan(LONG.length / 5);
    const plain = await ask(url);
    expect([plain.headers['content-encoding'], String(plain.body)]).toEqual([undefined, `text\n${LONG}`]);
    const head = await ask(url, { method: 'HEAD', headers });
    expect([head.headers['content-length'], head.body.length]).toEqual([String(zipped.body.length), 0]);
  });

  it('sends a short page as it is', async () => {
    const short = await ask(await serving('x 1\n'), { headers: { 'accept-encoding': 'gzip' } });
    expect([short.headers['content-encoding'], String(short.body)]).toEqual([undefined, 'text\nx 1\n']);
  });

  it('answers only readers with the token, if there is one', async () => {
    const url = await serving('', 'secret');
    const statusFor = async (authorization?: string) =>
      (await ask(url, { headers: authorization === undefined ? {} : { authorization } })).statusCode;
    expect(await statusFor()).toBe(401);
    expect(await statusFor('Bearer wrong')).toBe(401);
    expect(await statusFor('Basic secret')).toBe(401);
    expect(await statusFor('secret')).toBe(401);
    expect(await statusFor('Bearer secret')).toBe(200);
    expect(await statusFor('bearer  secret')).toBe(200);
    expect((await ask(url)).headers['www-authenticate']).toBe('Bearer');
  });

  it.each([
    ['is there', async () => [Buffer.from('x 1\n')]],
    ['cannot be collected', () => Promise.reject(new Error('no page'))],
  ])('leaves a request alone that was answered before the page %s', async (_what, write) => {
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    const handler = metricsHandler(async () => {
      await answered;
      return write();
    });
    server = createServer((request, response) => {
      handler(request, response);
      response.writeHead(504).end('too late');
      resolve();
    });
    const rejections: unknown[] = [];
    const onRejection = (error: unknown) => void rejections.push(error);
    process.on('unhandledRejection', onRejection);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const late = await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await new Promise(setImmediate);
    process.off('unhandledRejection', onRejection);
    expect([late.statusCode, String(late.body), rejections]).toEqual([504, 'too late', []]);
  });

  it.each<[string, Parameters<typeof telemetryForTest>]>([
    ['the option prometheusToken', [{ prometheusToken: 'secret' }]],
    ['the variable TTA_METRICS_TOKEN', [{}, { TTA_METRICS_TOKEN: 'secret' }]],
  ])('takes the token from %s, wherever the page is served', async (_what, [options, env]) => {
    const served = { ...options, enablePrometheus: true, prometheusPort: 0 };
    await using telemetry = await telemetryForTest(served, env);
    server = createServer(telemetry.handle.handler);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const mounted = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const url of [telemetry.handle.metricsUrl ?? '', mounted]) {
      expect((await ask(url)).statusCode).toBe(401);
      expect((await ask(url, { headers: { authorization: 'Bearer secret' } })).statusCode).toBe(200);
    }
    expect(await telemetry.handle.metricsText()).toContain('target_info');
  });

  it('shows a reader of OpenMetrics which trace a value comes from', async () => {
    await using telemetry = await telemetryForTest({ enablePrometheus: true, prometheusPort: 0 });
    await state('timeout', (note) => {
      note('timeout.operation', 'a');
      note('timeout.outcome', 'success');
    });
    const url = telemetry.handle.metricsUrl ?? '';
    const page = await ask(url, { headers: { accept: 'application/openmetrics-text' } });
    const [span] = telemetry.handle.finishedSpans();
    expect(String(page.body)).toContain(` # {trace_id="${span?.traceId}",span_id="${span?.spanId}"} `);
    expect(String((await ask(url)).body)).not.toContain('trace_id');
  });

  it('shows no trace that is not kept', async () => {
    await using telemetry = await telemetryForTest({ enablePrometheus: true, prometheusPort: 0, sampleRatio: 0 });
    await state('timeout', (note) => {
      note('timeout.operation', 'a');
      note('timeout.outcome', 'success');
    });
    const headers = { accept: 'application/openmetrics-text' };
    const page = String((await ask(telemetry.handle.metricsUrl ?? '', { headers })).body);
    expect(page).toContain('timeout_execution_seconds_count{operation="a"} 1\n');
    expect(page).not.toContain('trace_id');
  });
});
