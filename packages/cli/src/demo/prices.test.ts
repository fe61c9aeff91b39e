import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { readOwnPrices } from '../prices/price-file.ts';
import { startProvider } from '../provider/server.ts';
import { realEndpoint } from './endpoint.ts';
import { runDemo } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-prices-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file that holds some text, or some prices. */
async function file(content: unknown): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const runWith = async (content: unknown, io = fakeIo()) =>
  runDemo({ requests: 12, seed: 1, faults: 0, port: 0, prices: await file(content) }, io);

it('counts spend, baseline and saving at the prices of a file', async () => {
  const io = fakeIo();
  const { report } = await runWith({ 'demo-small': { perCallUsd: 0.001 }, 'demo-large': { perCallUsd: 0.5 } }, io);
  const { 'demo-small': small, 'demo-large': large } = report.routes;
  expect(small?.costUsd).toBeCloseTo((small?.requests ?? 0) * 0.001, 9);
  expect(large?.costUsd).toBeCloseTo((large?.requests ?? 0) * 0.5, 9);
  expect(report.baselineUsd).toBeCloseTo(12 * 0.5, 9);
  expect(report.savedUsd).toBeCloseTo(12 * 0.5 - (report.spendUsd ?? 0), 9);
  expect(io.out().replaceAll(/\s+/g, ' ')).toMatch(/The prices of demo-small, demo-large are those of \S+\.json\./);
});

it.each([
  ['text that is not JSON', 'cheap', /is not JSON$/],
  ['a list', [1], /must contain a JSON object with a price for each model$/],
  [
    'a price below 0',
    { 'demo-small': { inputPerMillionUsd: -1, outputPerMillionUsd: 1 } },
    /demo-small.*inputPerMillionUsd/,
  ],
  ['a fee that is not a number', { 'demo-small': { perCallUsd: 'free' } }, /demo-small.*requestUsd/],
  ['prices of other models', { 'gpt-4o': { perCallUsd: 1 } }, /none of the models: demo-small, demo-large$/],
])('refuses a file with %s', async (_, content, message) => {
  await expect(runWith(content)).rejects.toThrow(message);
});

it('prices the answers of a real endpoint by the file, and all others by the bundled list', async () => {
  const speed = { firstTokenMs: 1, tokensPerSecond: 10_000 };
  const provider = await startProvider({
    models: [{ name: 'mine', ...speed }],
    answerOf: () => ({ inputTokens: 1, outputTokens: 1 }),
    faultOf: () => undefined,
    onCall: () => {},
  });
  const prices = await readOwnPrices(
    await file({ mine: { inputPerMillionUsd: 2, outputPerMillionUsd: 4 } }),
    undefined,
  );
  const endpoint = await realEndpoint({ url: provider.url, apiKey: 'k', models: ['mine'], baseline: 'gpt-4o', prices });
  await provider.close();
  const usage = { inputTokens: 1_000_000, outputTokens: 1_000_000 };
  expect(endpoint.costOf('mine', usage)).toBe(6);
  expect(endpoint.costOf('gpt-4o', usage)).toBeGreaterThan(0);
  expect(endpoint.models).toEqual([{ name: 'mine', price: { inputPerMillionUsd: 2, outputPerMillionUsd: 4 } }]);
});
