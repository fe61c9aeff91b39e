import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import OpenAI from 'openai';
import { runInContext, WorkflowContext } from 'tta-dev-primitives';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { startRedis } from '../../../scripts/services/redis.ts';
import { redisCommand } from '../../../scripts/services/redis-command.ts';
import { LoopbackProvider } from './adapters/__fixtures__/provider.ts';
import { ttaFetch } from './adapters/fetch/tta-fetch.ts';
import { telemetryForTest } from './apm/__fixtures__/telemetry-for-test.ts';
import { redisLimits } from './limits/redis/redis-limits.ts';
import type { LedgerEntry } from './llm/index.ts';
import { SavingsLedger } from './llm/money/ledger/savings-ledger.ts';
import { redisStore } from './primitives/index.ts';

const PROMPT = 'canary-in-the-prompt';
const ANSWER = 'canary-in-the-answer';
const KEY = 'canary-in-the-key';
const HEADER = 'canary-in-a-header';
const ERROR = 'canary-in-an-error';

const redis = await startRedis();
afterAll(() => redis?.stop());

/** Everything under a prefix in Redis: the names of the keys, and what they hold. */
async function contentsOf(url: string, prefix: string): Promise<{ readonly keys: string; readonly values: string }> {
  const keys = (await redisCommand(url, 'KEYS', `${prefix}*`)) as readonly string[];
  const reads: Readonly<Record<string, readonly string[]>> = {
    string: ['GET'],
    hash: ['HGETALL'],
    set: ['SMEMBERS'],
    zset: ['ZRANGE', '0', '-1'],
  };
  const values = keys.map(async (key) => {
    const [command = 'DUMP', ...rest] = reads[String(await redisCommand(url, 'TYPE', key))] ?? [];
    return redisCommand(url, command, key, ...rest);
  });
  return { keys: JSON.stringify(keys), values: JSON.stringify(await Promise.all(values)) };
}

it.skipIf(redis === undefined)('shows no prompt, answer, key, header or message of an error anywhere', async () => {
  const url = redis?.url as string; // or the test is skipped
  const prefix = `${randomUUID()}:`;
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const logger = { info: say, warn: say, error: say };
  const entries: LedgerEntry[] = [];
  const sink = {
    write: (entry: LedgerEntry) => void entries.push(entry),
    flush: async () => {},
    close: async () => {},
  };
  const ledger = new SavingsLedger({ sinks: [sink] });
  // What telemetry itself says: the log of OpenTelemetry, where a collector refuses everything, and the spans on the console.
  diag.setLogger({ error: say, warn: say, info: say, debug: say, verbose: say }, DiagLogLevel.ALL);
  const printed = ['stdout', 'stderr'].map((name) =>
    vi.spyOn(process[name as 'stdout'], 'write').mockImplementation((text) => {
      say(String(text));
      return true;
    }),
  );
  const collector = createServer((_request, response) => response.writeHead(400).end()).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  onTestFinished(() => {
    for (const spy of printed) spy.mockRestore();
    diag.disable();
    collector.close();
  });
  const otlp = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  await using telemetry = await telemetryForTest({ level: 'full', otlp, enableConsoleTraces: true });
  await using provider = await LoopbackProvider.start();
  const answer = {
    ...{ id: '1', object: 'chat.completion', created: 1, model: 'gpt-4o-mini' },
    choices: [{ index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
  };
  const failed = { status: 400, body: { error: { message: ERROR, code: ERROR, type: ERROR } } };
  provider.reply = ({ body }) => (body['model'] === 'gpt-4o-mini' ? { body: answer } : failed);
  const store = redisStore({ url, prefix, deadlineMs: 20_000, logger });
  const limits = redisLimits({ url, prefix, deadlineMs: 20_000, logger });
  const fetch = ttaFetch({
    cache: { store },
    limit: { key: 'tenant', requestsPerMinute: 5, store: limits },
    timeout: { timeoutMs: 30_000 },
    routes: { asked: {} },
    baseline: 'asked',
  });
  const defaultHeaders = { 'x-canary': HEADER };
  const openai = new OpenAI({ apiKey: KEY, baseURL: `${provider.url}/v1`, maxRetries: 0, defaultHeaders, fetch });
  const ask = (model: string): Promise<unknown> =>
    runInContext(new WorkflowContext({ tenantId: 'acme' }), async () =>
      openai.chat.completions.create({ model, messages: [{ role: 'user', content: PROMPT }], user: PROMPT }),
    ).catch((error: unknown) => error);
  expect(await ask('gpt-4o-mini')).toMatchObject(answer);
  await expect.poll(async () => (await contentsOf(url, prefix)).values).toContain(ANSWER); // it is stored off the caller's path
  expect(await ask('gpt-4o-mini')).toMatchObject(answer);
  expect(await ask('gpt-4o')).toBeInstanceOf(OpenAI.BadRequestError);
  await expect.poll(() => ask('gpt-4o')).toBeInstanceOf(OpenAI.RateLimitError); // a slow machine lets more through: the limit refills
  await expect.poll(() => entries.length).toBeGreaterThanOrEqual(4);
  await limits.close();
  expect(await telemetry.handle.flush()).toBe(false);
  const { keys, values } = await contentsOf(url, prefix);
  const places = {
    spans: JSON.stringify(telemetry.handle.finishedSpans()),
    metrics: await telemetry.handle.metricsText(),
    logs: lines.join('\n'),
    ledger: JSON.stringify(entries),
    keys,
    values: values.replaceAll(ANSWER, ''), // what a cache is for
  };
  expect([values.includes(ANSWER), places.spans.length > 1_000]).toEqual([true, true]);
  expect(places.logs).toMatch(/gpt-4o-mini/); // spans are printed
  expect(places.logs).toMatch(/OTLPExporterError|Bad Request/); // and the refusals are logged
  for (const canary of [PROMPT, ANSWER, KEY, HEADER, ERROR]) {
    const found = Object.entries(places).filter(([, text]) => text.includes(canary));
    expect({ canary, places: found.map(([place]) => place) }).toEqual({ canary, places: [] });
  }
  await ledger.close();
  await store.close();
});
