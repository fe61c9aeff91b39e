import dns from 'node:dns';
import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stating } from './__fixtures__/stating-primitive.ts';
import { telemetryForTest } from './__fixtures__/telemetry-for-test.ts';
import { Observability } from './observability.ts';
import type { ObservabilityOptions } from './options.ts';
import { installedSdk } from './sdk.ts';

const SERVED: ObservabilityOptions = { enablePrometheus: true, prometheusPort: 0 };

const lookup = stating('cache', 'lookup', (note) => {
  note('cache.operation', 'a');
  note('cache.outcome', 'hit');
});

const servers: Server[] = [];

async function listening(server: Server, port = 0): Promise<number> {
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('the page of metrics', () => {
  it('is served on a free port for port 0, on loopback, in the text format of Prometheus', async () => {
    await using telemetry = await telemetryForTest(SERVED);
    const url = telemetry.handle.metricsUrl ?? '';
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    await lookup.execute(undefined);
    const response = await fetch(`${url}?name[]=x`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('cache_hits_total{operation="a"} 1\n');
  });

  it('answers HEAD without a body, other methods with 405 and other paths with 404', async () => {
    await using telemetry = await telemetryForTest(SERVED);
    const url = telemetry.handle.metricsUrl ?? '';
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
    const post = await fetch(url, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(new URL('/', url))).status).toBe(404);
    expect((await fetch(new URL('/metricsx', url))).status).toBe(404);
  });

  it('is the same for readers that come at the same time', async () => {
    await using telemetry = await telemetryForTest(SERVED);
    await lookup.execute(undefined);
    const pages = await Promise.all(Array.from({ length: 5 }, () => telemetry.handle.metricsText()));
    expect(new Set(pages).size).toBe(1);
  });

  it('goes without a gauge that is never computed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await using telemetry = await telemetryForTest();
    const meter = telemetry.observability.meter('user');
    meter.createObservableGauge('stuck').addCallback(() => new Promise(() => {}));
    meter.createObservableGauge('fine').addCallback((result) => result.observe(1));
    await lookup.execute(undefined);
    const page = telemetry.handle.metricsText();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await page).toContain('fine 1\n');
    expect(await page).toContain('cache_hits_total{operation="a"} 1\n');
  });

  it('takes the given port again after each end', async () => {
    const port = await listening(createServer());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const observability = new Observability(installedSdk, { NODE_ENV: 'test' });
    for (let round = 0; round < 3; round += 1) {
      const handle = await observability.initialize({ enablePrometheus: true, prometheusPort: port });
      expect(handle).toMatchObject({ state: 'active', metricsUrl: `http://127.0.0.1:${port}/metrics` });
      expect((await fetch(handle.metricsUrl ?? '')).status).toBe(200);
      await handle.shutdown();
      await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow();
    }
  });

  it('drops idle connections when it ends', async () => {
    await using telemetry = await telemetryForTest(SERVED);
    const agent = new Agent({ keepAlive: true });
    const [response] = await once(request(telemetry.handle.metricsUrl ?? '', { agent }).end(), 'response');
    response.resume();
    await once(response, 'end');
    const socket = connect(Number(new URL(telemetry.handle.metricsUrl ?? '').port), '127.0.0.1');
    await once(socket, 'connect');
    expect(await telemetry.handle.shutdown(1_000)).toBe(true);
    agent.destroy();
    socket.destroy();
  });

  it('is degraded by a port in use, says so, and can still be read in other ways', async () => {
    const port = await listening(createServer());
    await using telemetry = await telemetryForTest({ enablePrometheus: true, prometheusPort: port });
    const { handle } = telemetry;
    expect(handle).toMatchObject({ state: 'degraded', metricsUrl: null, problems: [{ code: 'prometheus' }] });
    expect(String(handle.problems[0])).toContain(`127.0.0.1:${port}: the port is in use`);
    await lookup.execute(undefined);
    expect(await handle.metricsText()).toContain('cache_hits_total{operation="a"} 1\n');
    const own = await listening(createServer(handle.handler));
    const response = await fetch(`http://127.0.0.1:${own}/internal/metrics`);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('cache_hits_total')]);
  });

  it.each([70_000, -1, 1.5, 'abc' as unknown as number])('is degraded by the port %s, which is none', async (port) => {
    await using telemetry = await telemetryForTest({ enablePrometheus: true, prometheusPort: port });
    expect(telemetry.handle).toMatchObject({ state: 'degraded', metricsUrl: null });
    expect(telemetry.handle.problems.map(({ code }) => code)).toEqual(['invalid_value', 'prometheus']);
    expect(await telemetry.handle.metricsText()).toContain('target_info');
  });

  it('is degraded by a host that does not exist', async () => {
    await using telemetry = await telemetryForTest({ ...SERVED, prometheusHost: '203.0.113.1' });
    expect(telemetry.handle).toMatchObject({ state: 'degraded', problems: [{ code: 'prometheus' }] });
  });

  it('does without a host whose name is never looked up', async () => {
    const lookups: string[] = [];
    const unanswered = (name: string): void => void lookups.push(name);
    vi.spyOn(dns, 'lookup').mockImplementation(unanswered as unknown as typeof dns.lookup); // without its promise form
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const starting = telemetryForTest({ ...SERVED, prometheusHost: 'metrics.example' });
    await vi.waitUntil(() => lookups.length > 0);
    await vi.advanceTimersByTimeAsync(3_000);
    await using telemetry = await starting;
    expect(telemetry.handle).toMatchObject({ state: 'degraded', problems: [{ code: 'prometheus' }] });
    vi.useRealTimers();
  });

  it('is a 503 with a reason after the end', async () => {
    await using telemetry = await telemetryForTest();
    const port = await listening(createServer(telemetry.handle.handler));
    await telemetry.handle.shutdown();
    const response = await fetch(`http://127.0.0.1:${port}`);
    expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('telemetry is off')]);
  });
});
