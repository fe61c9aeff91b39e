import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { sentInTurn } from './__fixtures__/sent-in-turn.ts';
import type { DemoOptions } from './options.ts';
import { type DemoRun, runDemo } from './run.ts';

/** List prices in US dollars per million tokens, written down once more so that a slip in the table of the demo is seen. */
const PRICES: Readonly<Record<string, readonly [input: number, output: number]>> = {
  'gpt-4o-mini-2024-07-18': [0.15, 0.6],
  'gpt-4o-2024-08-06': [2.5, 10],
};
const [MINI, LARGE] = Object.keys(PRICES) as [string, string];

interface Row {
  readonly id: string;
  readonly prompt: string;
  readonly in_tok: number;
  readonly m: Readonly<Record<string, { readonly q: number; readonly out_tok: number }>>;
}

interface Recount {
  readonly spendUsd: number;
  readonly baselineUsd: number;
  readonly qualityRetained: number;
}

/** Counts again, from nothing but the rows and which model the demo says has answered which of them. */
function recounted(rows: readonly Row[], { findings }: DemoRun): Recount {
  const modelOf = new Map(findings.sent.map(({ request, model }) => [request.id, model]));
  const usd = ({ in_tok, m }: Row, model: string): number => {
    const [input, output] = PRICES[model] as readonly [number, number];
    return (in_tok * input + (m[model]?.out_tok ?? Number.NaN) * output) / 1e6;
  };
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    spendUsd: sum((row) => usd(row, modelOf.get(row.id) as string)),
    baselineUsd: sum((row) => usd(row, LARGE)),
    qualityRetained: sum((row) => row.m[modelOf.get(row.id) as string]?.q ?? 0) / sum((row) => row.m[LARGE]?.q ?? 0),
  };
}

const options: DemoOptions = { seed: 1, port: 0, keep: false, json: true };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-replay-demo-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.join('\n'));
  return path;
}

const rows: readonly Row[] = Array.from({ length: 40 }, (_, index) => ({
  id: `row-${index}`,
  prompt: index % 3 === 0 ? `Explain why ${index} is even, and derive it` : `What is ${index} + 1?`,
  in_tok: 50 + index,
  m: {
    [MINI]: { q: index % 4 === 0 ? 0 : 1, out_tok: 20 + index },
    [LARGE]: { q: index % 10 === 0 ? 0 : 1, out_tok: 30 + index },
  },
}));

describe('a replay', () => {
  it('spends what the models that answered really used, at list prices, and retains the quality of their answers', async () => {
    const replay = await fileOf(
      'rows.jsonl',
      rows.map((row) => JSON.stringify(row)),
    );
    const arrivals = await fileOf(
      'trace.jsonl',
      rows.map((_, index) =>
        JSON.stringify({ timestamp: index * 10, input_length: 9, output_length: 9, hash_ids: [index] }),
      ),
    );
    const run = await runDemo({ ...options, replay, arrivals }, fakeIo());
    const { spendUsd, baselineUsd, qualityRetained } = recounted(rows, run);
    expect(run.report).toMatchObject({ requests: 40, errors: 0, timeouts: { total: 40, failures: 0 } });
    expect(run.report.spendUsd).toBeCloseTo(spendUsd, 9);
    expect(run.report.baselineUsd).toBeCloseTo(baselineUsd, 9);
    expect(run.report.savedUsd).toBeCloseTo(baselineUsd - spendUsd, 9);
    expect(run.report.qualityRetained).toBeCloseTo(qualityRetained, 9);
    expect(run.report.routes[MINI]?.requests).toBeGreaterThan(0);
    expect(run.report.routes[LARGE]?.requests).toBeGreaterThan(0);
  });

  it('answers a prompt that comes again from the cache, at no cost', async () => {
    const twice = [...rows.slice(0, 5), ...rows.slice(0, 5).map((row) => ({ ...row, id: `${row.id} again` }))];
    const replay = await fileOf(
      'twice.jsonl',
      twice.map((row) => JSON.stringify(row)),
    );
    const run = await sentInTurn({ ...options, replay }, [5, 5]);
    const once = recounted(rows.slice(0, 5), run);
    expect(run.report.cache).toMatchObject({ hits: 5, misses: 5, hitRate: 0.5 });
    expect(run.report.cache.savedUsd).toBeCloseTo(once.spendUsd, 9);
    expect(run.report.spendUsd).toBeCloseTo(once.spendUsd, 9);
    expect(run.report.baselineUsd).toBeCloseTo(2 * once.baselineUsd, 9);
    expect(run.report.qualityRetained).toBeCloseTo(once.qualityRetained, 9);
  });

  it('bills a call that met a fault for no more than was written', async () => {
    const replay = await fileOf(
      'faults.jsonl',
      rows.map((row) => JSON.stringify(row)),
    );
    const arrivals = await fileOf(
      'faults-trace.jsonl',
      rows.map(() => JSON.stringify({ timestamp: 0, input_length: 9, output_length: 9 })),
    );
    const run = await runDemo({ ...options, replay, arrivals, faults: 1 }, fakeIo());
    const { report } = run;
    const met = (...kinds: readonly string[]): number =>
      [...run.workload.faults.values()].filter(({ kind }) => kinds.includes(kind)).length;
    expect(report.errors).toBe(met('error'));
    expect(report.timeouts.failures).toBeGreaterThanOrEqual(met('hang', 'stall'));
    expect(report.timeouts.late).toBeGreaterThan(0);
    expect(report.spendUsd).toBeLessThan(report.baselineUsd ?? 0);
    expect((report.spendUsd ?? 0) + (report.savedUsd ?? 0)).toBeCloseTo(report.baselineUsd ?? 0, 9);
    expect(report.qualityRetained).toBeLessThan(1);
  });
});

/** Real recordings are no part of the project; who has them keeps them beside it. */
const recorded = resolve(import.meta.dirname, '../../../../../shared/data/router/zeroeval_gsm.jsonl');

test.runIf(existsSync(recorded))(
  '300 recorded rows of GSM8K come out as counted from the file (needs ../shared/data/router)',
  async () => {
    const text = await readFile(recorded, 'utf8');
    const first = text
      .split('\n')
      .slice(0, 300)
      .map((line) => JSON.parse(line) as Row);
    const arrivals = await fileOf(
      'even.jsonl',
      first.map((_, index) => JSON.stringify({ timestamp: index * 15, input_length: 9, output_length: 9 })),
    );
    const run = await runDemo({ ...options, replay: recorded, arrivals, requests: 300 }, fakeIo());
    const { spendUsd, baselineUsd, qualityRetained } = recounted(first, run);
    expect(run.report).toMatchObject({ requests: 300, errors: 0 });
    expect(run.report.spendUsd).toBeCloseTo(spendUsd, 9);
    expect(run.report.baselineUsd).toBeCloseTo(baselineUsd, 9);
    expect(run.report.qualityRetained).toBeCloseTo(qualityRetained, 9);
    expect(run.report.savedUsd).toBeGreaterThan(0);
  },
);
