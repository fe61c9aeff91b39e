import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runCli } from '../cli.ts';
import { clockFinding, keyFindings, nodeFinding } from './host.ts';
import { otlpFinding, portFinding } from './network.ts';
import { packageFindings } from './packages.ts';
import { redisFinding } from './redis.ts';

const SECRET = 'sk-canary-secret';

it('says what it found, and never prints a key', async () => {
  const io = fakeIo({
    env: { OPENAI_API_KEY: SECRET, ANTHROPIC_API_KEY: ` ${SECRET}`, REDIS_URL: `redis://u:${SECRET}@127.0.0.1:1` },
  });
  const exitCode = await runCli(['doctor'], '1.2.3', io);
  expect(exitCode).toBe(1);
  expect(io.out()).toContain('OPENAI_API_KEY, ANTHROPIC_API_KEY set');
  expect(io.out()).toContain('ANTHROPIC_API_KEY begins or ends with white space');
  expect(io.out()).toContain('127.0.0.1:1 cannot be used (ECONNREFUSED)');
  expect(io.out() + io.err()).not.toContain('canary');
});

it('prints the findings as JSON, each failing one with what mends it', async () => {
  const io = fakeIo({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' } });
  await runCli(['doctor', '--json'], '1.2.3', io);
  const { findings } = JSON.parse(io.out()) as { findings: { what: string; state: string; mend?: string }[] };
  expect(findings.find(({ what }) => what === 'OTLP')).toMatchObject({ state: 'failed' });
  for (const { state, mend } of findings) if (state === 'failed') expect(mend).toMatch(/\.$/);
});

it('refuses a Node.js that is too old, and a clock that cannot be right', () => {
  expect(nodeFinding('22.18.0')).toMatchObject({ state: 'failed', mend: expect.stringContaining('22.19') });
  expect(nodeFinding('22.19.0').state).toBe('ok');
  expect(nodeFinding('24.1.0').state).toBe('ok');
  expect(clockFinding(Date.UTC(1970, 0, 2)).state).toBe('failed');
  expect(clockFinding(Date.UTC(2027, 0, 1)).state).toBe('ok');
  expect(keyFindings({})[0]?.state).toBe('skipped');
});

it('finds packages of OpenTelemetry that are not one set', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tta-doctor-'));
  const put = (name: string, version: string): void => {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'package.json'), JSON.stringify({ name, version }));
  };
  expect((await packageFindings(folder))[0]?.state).toBe('skipped');
  for (const name of ['sdk-metrics', 'sdk-trace', 'resources', 'core', 'context-async-hooks'])
    put(`@opentelemetry/${name}`, '3.1.0');
  put('@opentelemetry/api', '1.10.0');
  for (const name of ['exporter-trace-otlp-proto', 'exporter-metrics-otlp-proto'])
    put(`@opentelemetry/${name}`, '0.301.0');
  expect((await packageFindings(folder))[0]?.state).toBe('ok');
  put('@opentelemetry/resources', '3.0.0');
  const [finding] = await packageFindings(folder);
  expect(finding).toMatchObject({ state: 'failed', mend: expect.stringContaining('@opentelemetry/resources@3.1.0') });
  rmSync(folder, { recursive: true });
});

it('finds a port that is taken, and a collector that listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await portFinding({ OTEL_EXPORTER_PROMETHEUS_PORT: String(port) })).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('EADDRINUSE'),
  });
  expect((await otlpFinding({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })).state).toBe('ok');
  server.close();
});

it('does not look for a Redis that is not named, and refuses text that is not a URL', async () => {
  expect((await redisFinding({})).state).toBe('skipped');
  expect(await redisFinding({ REDIS_URL: 'nonsense' })).toMatchObject({ state: 'failed' });
});
