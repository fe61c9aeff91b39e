import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type CascadeFigures, callsOf, cascadeFigures } from 'tta-evaluation';
import { answersAgree, type GradedRow, gradedRow } from 'tta-observability-integration/learning';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import type { Io } from '../output/io.ts';
import { LIST_PRICES } from '../workload/prices.ts';
import { sentInTurn } from './__fixtures__/sent-in-turn.ts';
import type { DemoOptions } from './options.ts';
import { planWorkload } from './plan.ts';
import { type DemoRun, runDemo } from './run.ts';

const [MINI, FLASH, LARGE] = ['gpt-4o-mini-2024-07-18', 'gemini-1.5-flash', 'gpt-4o-2024-08-06'] as const;
const options: DemoOptions = { seed: 1, port: 0, keep: false, json: true, strategy: 'agreement' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-agreement-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly q: number;
  readonly out_tok: number;
  readonly p?: string | number | null;
}

async function fileOf(name: string, rows: readonly object[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  return path;
}

/** Replays rows that all come within half a second. */
async function replayed(
  rows: readonly object[],
  changes: Partial<DemoOptions> = {},
  io: Io = fakeIo(),
): Promise<DemoRun> {
  const timestamp = (index: number): number => (index * 500) / rows.length;
  const trace = rows.map((_, index) => ({ timestamp: timestamp(index), input_length: 9, output_length: 9 }));
  const [replay, arrivals] = [await fileOf('rows.jsonl', rows), await fileOf('trace.jsonl', trace)];
  return runDemo({ ...options, replay, arrivals, ...changes }, io);
}

/** Replays rows in groups, each after every request of the group before has ended. */
const inTurn = async (...groups: (readonly object[])[]): Promise<DemoRun> =>
  sentInTurn(
    { ...options, replay: await fileOf('groups.jsonl', groups.flat()) },
    groups.map(({ length }) => length),
  );

function row(index: number, mini: Outcome, flash: Outcome, large: Outcome): object {
  return {
    id: `row-${index}`,
    prompt: `How much is ${index}?`,
    in_tok: 40 + index,
    m: { [FLASH]: flash, [LARGE]: large, [MINI]: mini },
  };
}

/** Answers of all kinds: equal, equal but for how they are written, different, and none. */
const SECOND_ANSWERS = ['18', '$18.00', ' 18\n', '19', null, '18', undefined, 18, ''] as const;

const rows: readonly object[] = Array.from({ length: 72 }, (_, index) => {
  const p = SECOND_ANSWERS[index % SECOND_ANSWERS.length];
  return row(
    index,
    { q: index % 5 === 0 ? 0 : 1, out_tok: 20 + index, p: '18' },
    { q: 1, out_tok: 10 + index, ...(p === undefined ? {} : { p }) },
    { q: index % 7 === 0 ? 0 : 1, out_tok: 30 + index, p: '18' },
  );
});

/** What the same cascade comes to by the figures that routers are measured with. */
function figuresOf(graded: readonly GradedRow[]): CascadeFigures {
  const calls = (model: string) => callsOf(graded, model, LIST_PRICES[model]);
  const agrees = graded.map(({ answers }) => answersAgree(answers[MINI]?.answer, answers[FLASH]?.answer));
  const cascade = {
    first: calls(MINI),
    second: calls(FLASH),
    strong: calls(LARGE),
    agrees: Uint8Array.from(agrees, Number),
  };
  return cascadeFigures(cascade, true, 1);
}

function expectFigures({ report, findings }: DemoRun, { n, agreement, retained, saved }: CascadeFigures): void {
  expect(report).toMatchObject({ requests: n, errors: 0, timeouts: { failures: 0 }, cache: { hits: 0 } });
  expect(report.routes[MINI]?.requests).toBe(n);
  expect(report.routes[FLASH]?.requests).toBe(n);
  expect(report.routes[LARGE]?.requests).toBe(Math.round(n * (1 - agreement / 100)));
  expect((100 * (report.savedUsd ?? 0)) / (report.baselineUsd ?? 0)).toBeCloseTo(saved ?? 0, 9);
  expect(100 * (report.qualityRetained ?? 0)).toBeCloseTo(retained ?? 0, 9);
  expect(findings.strategy).toContain(`(${agreement.toFixed(1)} %)`);
  expect(findings.strategy).toContain('has not switched itself off');
  const paidUsd = Object.values(report.routes).reduce((sum, { costUsd }) => sum + costUsd, 0);
  expect(report.spendUsd).toBeCloseTo(paidUsd, 9);
  expect((report.spendUsd ?? 0) + (report.savedUsd ?? 0)).toBeCloseTo(report.baselineUsd ?? 0, 9);
  expect(findings.account.byRoutingUsd).toBeCloseTo(report.savedUsd ?? 0, 9);
}

describe('an agreement cascade that is replayed', () => {
  it('agrees as often, saves as much and retains as much as the figures of the same cascade', async () => {
    const run = await replayed(rows);
    const figures = figuresOf(rows.map(gradedRow));
    expect(figures.agreement).toBeCloseTo(100 * (5 / 9), 9);
    expectFigures(run, figures);
  });

  it('credits the cache with all calls that an answer took', async () => {
    const escalated = rows.slice(3, 4); // '18' and '19'
    const again = escalated.map((each) => ({ ...each, id: 'again' }));
    const { report, findings } = await inTurn(escalated, again);
    const called = Object.values(report.routes);
    expect(called.map(({ requests }) => requests)).toEqual([1, 1, 1]);
    const paidUsd = called.reduce((sum, { costUsd }) => sum + costUsd, 0);
    expect(report.cache).toMatchObject({ hits: 1, misses: 1 });
    expect(report.cache.savedUsd).toBeCloseTo(paidUsd, 9);
    expect(findings.account.byCacheUsd).toBeCloseTo(paidUsd, 9);
    expect((report.spendUsd ?? 0) + (report.savedUsd ?? 0)).toBeCloseTo(report.baselineUsd ?? 0, 9);
  });

  it('says that it has switched itself off where its calls cost more than they save', async () => {
    const differing = Array.from({ length: 150 }, (_, index) =>
      row(index, { q: 0, out_tok: 10, p: '1' }, { q: 0, out_tok: 10, p: '2' }, { q: 1, out_tok: 10, p: '3' }),
    );
    const { report, findings } = await inTurn(differing.slice(0, 100), differing.slice(100));
    const { [MINI]: mini, [LARGE]: large } = report.routes;
    expect(large?.requests).toBe(150);
    expect(mini?.requests).toBeGreaterThanOrEqual(50);
    expect(mini?.requests).toBeLessThan(150);
    expect(findings.strategy).toContain('The cascade switched itself off once');
    expect(findings.strategy).toContain(`${150 - (mini?.requests ?? 0)} requests went to ${LARGE} alone`);
    expect(report.savedUsd).toBeLessThan(0);
    expect(findings.account.byRoutingUsd).toBeCloseTo(report.savedUsd ?? 0, 9);
  });

  it('prints how often its two models agreed, unless the report is JSON', async () => {
    const [text, json] = [fakeIo(), fakeIo()];
    const { findings } = await replayed(rows.slice(0, 9), { json: false }, text);
    expect(findings.strategy).toContain('(55.6 %)');
    expect(text.out().replaceAll(/\s+/g, ' ')).toContain(findings.strategy);
    await replayed(rows.slice(0, 9), {}, json);
    expect(json.out()).not.toContain('(55.6 %)');
  });

  it('goes on to the strong model where one of the two fails, and says so', async () => {
    const faulty = { ...options, faults: 1 };
    const planned = await planWorkload({ ...faulty, replay: await fileOf('all.jsonl', rows) });
    const kinds = planned.requests.map(({ prompt }) => planned.faults.get(prompt)?.kind);
    const failing = rows.filter((_, index) => kinds[index] === 'error'); // what only hangs would meet a limit, which here is an hour
    expect(failing.length).toBeGreaterThan(0);
    const replay = await fileOf('failing.jsonl', failing);
    const { report, findings } = await sentInTurn({ ...faulty, replay }, [failing.length]);
    for (const { outcome, model } of findings.sent) {
      expect({ outcome, model }).toEqual({ outcome: 'answered', model: LARGE });
    }
    expect(findings.strategy).toContain(`${failing.length} of them because one of the two had failed`);
    expect((report.routes[MINI]?.requests ?? 0) + (report.routes[FLASH]?.requests ?? 0)).toBe(2 * failing.length);
    expect((report.spendUsd ?? 0) + (report.savedUsd ?? 0)).toBeCloseTo(report.baselineUsd ?? 0, 9);
  });
});

/** Real recordings are no part of the project; who has them keeps them beside it. */
const recorded = resolve(import.meta.dirname, '../../../../../shared/data/router/zeroeval_gsm.jsonl');

test.runIf(existsSync(recorded))(
  'the dev split of GSM8K comes out as the figures of the same cascade do (needs ../shared/data/router)',
  async () => {
    const lines = (await readFile(recorded, 'utf8')).trim().split('\n');
    const dev = lines.map((line) => gradedRow(JSON.parse(line))).filter(({ split }) => split === 'dev');
    const run = await runDemo({ ...options, replay: recorded, split: ['dev'] }, fakeIo());
    expectFigures(run, figuresOf(dev));
    expect(run.report.requests).toBe(254);
  },
);
