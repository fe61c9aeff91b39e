import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { type Provider, startProvider } from '../provider/server.ts';
import { UsageError } from '../usage-error.ts';
import type { DemoOptions } from './options.ts';
import { runDemo } from './run.ts';

const options: DemoOptions = { requests: 60, seed: 1, port: 0, keep: false, json: false };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-demo-'));
});
afterAll(() => rm(folder, { recursive: true }));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A trace in which so many requests arrive at once, so that a run takes no longer than its answers. */
async function burst(count: number): Promise<string> {
  const path = join(folder, 'burst.csv');
  const rows = Array.from({ length: count }, () => '2026-01-01 00:00:00,300,200');
  await writeFile(path, ['TIMESTAMP,ContextTokens,GeneratedTokens', ...rows].join('\n'));
  return path;
}

describe('a run on the workload of the project', () => {
  it('saves money, meets faults, and prints it all as a table', async () => {
    const io = fakeIo();
    const { report } = await runDemo({ ...options, arrivals: await burst(60) }, io);
    expect(report.requests).toBe(60);
    expect(report.errors).toBeGreaterThan(0);
    expect(report.timeouts.total).toBe(60);
    expect(report.timeouts.late).toBeGreaterThan(0);
    expect(report.timeouts.failures).toBeGreaterThan(0);
    expect(report.cache.hits + report.cache.misses).toBe(60);
    expect(report.cache.hitRate).toBeGreaterThan(0);
    expect(report.savedUsd).toBeGreaterThan(0);
    expect(report.qualityRetained).toBeNull();
    for (const word of [
      'Route',
      'demo-small',
      'demo-large',
      'Cache',
      'Timeouts',
      'Spend',
      'Baseline',
      'Saving',
      'Metrics were at http://127.0.0.1:',
    ]) {
      expect(io.out()).toContain(word);
    }
  });

  it('prints amounts that add up to the last digit shown', async () => {
    const io = fakeIo();
    await runDemo({ ...options, requests: 20, arrivals: await burst(20) }, io);
    const shown = (name: string): number =>
      Math.round(Number(new RegExp(`${name} +(-?)\\$([\\d.]+)`).exec(io.out())?.slice(1).join('')) * 1e4);
    expect(shown('Spend') + shown('Saving')).toBe(shown('Baseline'));
    expect(shown('by routing') + shown('by the cache') + shown('without answer')).toBe(shown('Saving'));
  });

  it('prints with --json one object and nothing else', async () => {
    const io = fakeIo();
    const { report } = await runDemo({ ...options, requests: 10, arrivals: await burst(10), json: true }, io);
    expect(JSON.parse(io.out())).toEqual(report);
    expect(Object.keys(report)).toEqual([
      'requests',
      'errors',
      'spendUsd',
      'baselineUsd',
      'savedUsd',
      'qualityRetained',
      'cache',
      'timeouts',
      'routes',
      'metricsUrl',
      'durationMs',
    ]);
    expect(Object.keys(report.routes['demo-small'] ?? {})).toEqual(['requests', 'costUsd', 'p50Ms', 'p95Ms']);
  });

  it('serves every metric that dashboards know', async () => {
    const io = fakeIo();
    const running = runDemo({ ...options, arrivals: await burst(60), keep: true }, io);
    await expect.poll(io.err).toContain('until Ctrl-C');
    const url = /http:\S+metrics/.exec(io.err())?.[0] as string;
    const page = await (await fetch(url)).text();
    for (const name of [
      'router_decisions_total',
      'router_execution_seconds',
      'router_cost_savings_usd',
      'router_errors_total',
      'cache_hits_total',
      'cache_misses_total',
      'cache_hit_rate',
      'cache_latency_seconds',
      'cache_cost_savings_usd',
      'timeout_successes_total',
      'timeout_failures_total',
      'timeout_execution_seconds',
      'timeout_rate',
      'ledger_spend_usd_total',
      'ledger_baseline_usd_total',
    ]) {
      expect(page).toMatch(new RegExp(`^${name}[_{ ]`, 'm'));
    }
    io.interrupt();
    await running;
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('an interrupted run', () => {
  it('reports what happened so far, with what it had already spent', async () => {
    const io = fakeIo();
    const running = runDemo({ ...options, requests: 400 }, io);
    await expect.poll(io.err).toContain('Metrics are at');
    const [, url = ''] = /Metrics are at (\S+)/.exec(io.err()) ?? [];
    await expect.poll(async () => (await fetch(url)).text()).toMatch(/^timeout_successes_total\{.*\} [1-9]/m);
    io.interrupt();
    const { report, findings } = await running;
    expect(report.requests).toBeGreaterThan(0);
    expect(report.requests).toBeLessThan(400);
    expect(findings.sent.some(({ outcome }) => outcome === 'cancelled')).toBe(true);
    expect((report.spendUsd ?? 0) + (report.savedUsd ?? 0)).toBeCloseTo(report.baselineUsd ?? 0, 6);
    expect(io.out()).toContain('cancelled');
  });
});

describe('what is missing is said, and the run goes on', () => {
  it('when the port of the metrics is taken', async () => {
    const taken: Server = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    closing.push(() => taken.close());
    const { port } = taken.address() as AddressInfo;
    const io = fakeIo();
    const { report } = await runDemo({ ...options, requests: 4, arrivals: await burst(4), port, keep: true }, io);
    expect(io.err()).toMatch(new RegExp(`^tta: --port: .*${port}`));
    expect(report).toMatchObject({ requests: 4, metricsUrl: null });
    expect(io.out()).toContain('No metrics were served.');
  });

  it('when Redis cannot be reached', async () => {
    const io = fakeIo();
    const redis = 'redis://127.0.0.1:1';
    const { report } = await runDemo({ ...options, requests: 4, arrivals: await burst(4), faults: 0, redis }, io);
    expect(report).toMatchObject({ requests: 4, errors: 0 });
    expect(io.err()).toMatch(/^tta: cache store: not usable \(connect\).*--redis/m);
    // The fourth shares the call of another, and asks no store.
    expect(io.out().replaceAll(/\s+/g, ' ')).toContain('For 3 of 4 requests Redis could not be used (connect)');
  });
});

describe('a real endpoint', () => {
  const env = { OPENAI_API_KEY: 'a key' };

  async function endpoint(models: readonly string[]): Promise<Provider> {
    const provider = await startProvider({
      models: models.map((name) => ({ name, firstTokenMs: 1, tokensPerSecond: 10_000 })),
      answerOf: () => ({ inputTokens: 100, outputTokens: 20 }),
    });
    closing.push(() => provider.close());
    return provider;
  }

  it('is paid by the usage of its answers at the prices that are known', async () => {
    const { url } = await endpoint(['gpt-4o-mini', 'gpt-4o']);
    const io = fakeIo({ env });
    const { report } = await runDemo({ ...options, requests: 8, arrivals: await burst(8), provider: url }, io);
    const { 'gpt-4o-mini': mini, 'gpt-4o': large } = report.routes;
    expect(report).toMatchObject({ requests: 8, errors: 0, qualityRetained: null });
    expect(report.spendUsd).toBeCloseTo((mini?.requests ?? 0) * 27e-6 + (large?.requests ?? 0) * 450e-6, 9);
    expect(report.baselineUsd).toBeCloseTo(8 * 450e-6, 9);
    expect(io.out().replaceAll(/\s+/g, ' ')).toContain('The baseline is an estimate');
  });

  it('without a known price has no spend, no baseline and no saving', async () => {
    const { url } = await endpoint(['my-own']);
    const io = fakeIo({ env });
    const { report } = await runDemo(
      { ...options, requests: 3, arrivals: await burst(3), provider: url, models: ['my-own'] },
      io,
    );
    expect(report).toMatchObject({ spendUsd: null, baselineUsd: null, savedUsd: null });
    expect(io.out()).toContain('Spend and saving are not known');
  });

  it('that does not serve a model is refused in one sentence', async () => {
    const { url } = await endpoint(['one', 'two']);
    const running = runDemo({ ...options, provider: url, models: ['one', 'three'] }, fakeIo({ env }));
    await expect(running).rejects.toThrow(
      new UsageError(`${url} does not serve the model three; --models takes any of one and two`),
    );
  });

  it.each([
    [401, 'refuses the key in OPENAI_API_KEY'],
    [500, 'does not answer as an OpenAI endpoint does (status 500)'],
  ])('that answers with status %i is refused in one sentence', async (status, problem) => {
    const server = createServer((_, response) => response.writeHead(status).end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const provider = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    await expect(runDemo({ ...options, provider }, fakeIo({ env }))).rejects.toThrow(
      new UsageError(`${provider} ${problem}`),
    );
  });

  it('that keeps no list of models is taken at its word', async () => {
    const server = createServer((_, response) => response.writeHead(404).end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const provider = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const { report } = await runDemo({ ...options, requests: 2, arrivals: await burst(2), provider }, fakeIo({ env }));
    expect(report).toMatchObject({ requests: 2, errors: 2 });
  });

  it('that is not there is refused in one sentence', async () => {
    const provider = 'http://127.0.0.1:1/v1';
    const running = runDemo({ ...options, provider }, fakeIo({ env }));
    await expect(running).rejects.toThrow(
      new UsageError(`${provider} does not answer as an OpenAI endpoint does (no connection)`),
    );
  });
});
