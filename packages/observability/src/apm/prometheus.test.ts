import { spawn, spawnSync } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { promtool } from '../../../../scripts/services/promtool.ts';
import { stating } from './__fixtures__/stating-primitive.ts';
import { telemetryForTest } from './__fixtures__/telemetry-for-test.ts';
import { Observability } from './observability.ts';
import type { ObservabilityOptions } from './options.ts';
import { installedSdk } from './sdk.ts';

/** Starts a worker for each of two counters, scrapes their port, and says in JSON what it saw. */
const CLUSTER = fileURLToPath(new URL('./__fixtures__/cluster.ts', import.meta.url));

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

/** The labels of a metric without a value of its own, in their order. */
function labelsOf(page: string, metric: string): readonly string[] {
  const [, labels = ''] = new RegExp(`^${metric}\\{(.*)\\} `, 'm').exec(page) ?? [];
  return labels.match(/[^,]+?="(?:[^"\\]|\\.)*"/g) ?? [];
}

/** Their names, without those that Prometheus refuses or that come twice. */
function labelNames(labels: readonly string[]): readonly string[] {
  const names = labels.map((label) => label.replace(/=.*/, '')).filter((name) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name));
  return [...new Set(names)];
}

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

  const statusFor = async (url: string, host: string): Promise<number | undefined> => {
    const [response] = await once(request(url, { headers: { host } }).end(), 'response');
    response.resume();
    return response.statusCode;
  };

  it('answers on loopback only those who ask for loopback, so no page of the web can read it through a name', async () => {
    await using telemetry = await telemetryForTest(SERVED);
    const url = telemetry.handle.metricsUrl ?? '';
    const { port } = new URL(url);
    const hosts = ['127.0.0.1', '127.1', 'localhost', 'LOCALHOST', 'a.localhost', 'localhost.', '[::1]'];
    const own = await Promise.all(hosts.flatMap((host) => [statusFor(url, `${host}:${port}`), statusFor(url, host)]));
    expect(own).toEqual(hosts.flatMap(() => [200, 200]));
    const foreign = [
      'evil.example',
      `evil.example:${port}`,
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      'a b',
    ];
    expect(await Promise.all(foreign.map((host) => statusFor(url, host)))).toEqual(foreign.map(() => 403));
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1,'],
    ['::1', 'http://[::1],'],
  ])('tells whoever asked for a name on %s which address to ask for', async (host, address) => {
    await using telemetry = await telemetryForTest({ ...SERVED, prometheusHost: host });
    const asked = request(telemetry.handle.metricsUrl ?? '', { headers: { host: 'evil.example' } }).end();
    const [response] = await once(asked, 'response');
    expect(await text(response)).toContain(`ask for ${address}`);
  });

  it.each(['host.docker.internal', 'host.containers.internal'])(
    'answers a Prometheus in a container that reaches the loopback of this machine as %s',
    async (host) => {
      await using telemetry = await telemetryForTest(SERVED);
      const url = telemetry.handle.metricsUrl ?? '';
      expect(await statusFor(url, `${host}:${new URL(url).port}`)).toBe(200);
      expect(await statusFor(url, `${host}.evil.example`)).toBe(403);
    },
  );

  it('answers everybody where it listens beyond loopback', async () => {
    await using telemetry = await telemetryForTest({ ...SERVED, prometheusHost: '0.0.0.0' });
    expect(await statusFor(telemetry.handle.metricsUrl ?? '', 'bot.example:9464')).toBe(200);
  });

  it.each<[string, string, readonly string[]]>([
    ['share a label', 'a.b=1,a_b=2,a__b=3', ['a_b="1;3;2"']],
    ['begin with a digit', '2fa=on,9=x', ['key_2fa="on"', 'key_9="x"']],
    ['are not ASCII', 'gr%C3%B6%C3%9Fe=1,%D0%BA=2,%D0%B2=3', ['gr_e="1"', '_="3;2"']],
    ['are spaces and signs', 'a%20b=1,a/b=2,%22=3', ['_="3"', 'a_b="1;2"']],
  ])('prints resource attributes that %s as labels that Prometheus takes', async (_what, attributes, printed) => {
    await using telemetry = await telemetryForTest({}, { OTEL_RESOURCE_ATTRIBUTES: attributes });
    const labels = labelsOf(await telemetry.handle.metricsText(), 'target_info');
    expect(labels).toEqual(expect.arrayContaining([...printed]));
    expect(labels.map((label) => label.replace(/=.*/, ''))).toEqual(labelNames(labels));
  });

  it('prints attributes of the users own instruments as labels that Prometheus takes', async () => {
    await using telemetry = await telemetryForTest();
    const meter = telemetry.observability.meter('user');
    meter.createCounter('orders').add(1, { 'a.b': '1', a_b: '2', '2fa': true, le: '3' });
    meter.createHistogram('sizes').record(1, { le: 'mine', ok: 'yes' });
    const page = await telemetry.handle.metricsText();
    expect(page).toContain('orders_total{a_b="1;2",key_2fa="true",key_le="3"} 1\n');
    expect(page).toContain('sizes_bucket{key_le="mine",ok="yes",le="+Inf"} 1\n');
    expect(page).toContain('sizes_count{key_le="mine",ok="yes"} 1\n');
  });

  it('is a page that promtool accepts whatever the attributes are called', async (test) => {
    const command = promtool();
    // Only on a machine of a contributor who cannot install it: with REQUIRE_SERVICES=1, as in CI, promtool() throws instead.
    if (command === undefined) return test.skip('promtool is not installed');
    const names = ['', 'a.b', 'a_b', '9', '\u0000', '\ud800', 'ключ', '__name__', 'le', 'job', ' ', '"', '{}', 'a\nb'];
    const resource = Object.fromEntries(names.map((name) => [name, `\\"${name}\n`]));
    await using telemetry = await telemetryForTest({ resource });
    telemetry.observability.meter('user').createHistogram('sizes').record(1, resource);
    const page = await telemetry.handle.metricsText();
    const { status, stderr } = spawnSync(command, ['check', 'metrics'], { input: page, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
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

  it('is served by one worker of a cluster, and the others say that the port is in use', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const program = spawn(process.execPath, ['--conditions=tta-source', CLUSTER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    program.stdout.on('data', (chunk) => (said += chunk));
    program.on('close', () => resolve(said));
    const { states, problems, counts } = JSON.parse(await promise);
    expect(states.sort()).toEqual(['active', 'degraded']);
    expect(problems).toEqual([
      expect.stringContaining('the port is in use; stop what uses it, or give each process its own'),
    ]);
    expect(counts).toHaveLength(6);
    expect(new Set(counts).size).toBe(1);
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
    await expect.poll(() => lookups.length).toBeGreaterThan(0);
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
