import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../usage-error.ts';
import { type ReplayChoice, replayWorkload } from './replay-workload.ts';
import type { WorkloadSettings } from './workload.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-replay-workload-'));
});
afterAll(() => rm(folder, { recursive: true }));

const MINI = 'gpt-4o-mini-2024-07-18';
const LARGE = 'gpt-4o-2024-08-06';
const FLASH = 'gemini-1.5-flash';
const settings: WorkloadSettings = { requests: 100, seed: 1, faults: 0, spanFor: () => 1_000 };

interface Outcome {
  readonly q: number;
  readonly out_tok?: number;
  readonly p?: string;
}

function row(id: string, models: Readonly<Record<string, Outcome>>, prompt = `prompt ${id}`): object {
  return { id, prompt, in_tok: 10, m: models };
}

const usual = { [MINI]: { q: 0, out_tok: 5 }, [LARGE]: { q: 1, out_tok: 6 }, [FLASH]: { q: 1, out_tok: 7 } };

async function fileOf(rows: readonly object[]): Promise<string> {
  const path = join(folder, 'rows.jsonl');
  await writeFile(path, rows.map((each) => JSON.stringify(each)).join('\n'));
  return path;
}

async function planned(rows: readonly object[], choice: ReplayChoice = {}, changes: Partial<WorkloadSettings> = {}) {
  return replayWorkload(await fileOf(rows), choice, { ...settings, ...changes });
}

describe('models of a replay', () => {
  it('are a usual pair of the file, and its stronger one is the baseline', async () => {
    const { models, baseline } = await planned([row('a', usual)]);
    expect(models.map(({ name }) => name)).toEqual([MINI, LARGE]);
    expect(baseline).toMatchObject({ name: LARGE, price: { inputPerMillionUsd: 2.5, outputPerMillionUsd: 10 } });
  });

  it('are the cheapest and the dearest when there is no usual pair', async () => {
    const haiku = { 'claude-3-haiku-20240307': { q: 1, out_tok: 1 }, 'o1-mini-2024-09-12': { q: 1, out_tok: 1 } };
    const { models } = await planned([row('a', { ...haiku, [FLASH]: { q: 1, out_tok: 7 } })]);
    expect(models.map(({ name }) => name)).toEqual([FLASH, 'o1-mini-2024-09-12']);
  });

  it('are, where answers are compared, a usual trio of the file, or else its two cheapest and its dearest', async () => {
    const answered = Object.fromEntries(Object.entries(usual).map(([name, each]) => [name, { ...each, p: '1' }]));
    const { models } = await planned([row('a', answered)], { isCompared: true });
    expect(models.map(({ name }) => name)).toEqual([MINI, FLASH, LARGE]);
    const others = { 'claude-3-5-sonnet-20241022': { q: 1, out_tok: 1 }, 'claude-3-haiku-20240307': usual[MINI] };
    const { [LARGE]: _, ...cheap } = answered;
    const haiku = { ...others, 'claude-3-haiku-20240307': { q: 1, out_tok: 1, p: '1' } };
    const other = await planned([row('a', { ...cheap, ...haiku })], { isCompared: true });
    expect(other.models.map(({ name }) => name)).toEqual([FLASH, MINI, 'claude-3-5-sonnet-20241022']);
  });

  it('are those that were chosen, in that order, and so is the baseline', async () => {
    const { models, baseline } = await planned([row('a', usual)], { models: [FLASH, MINI], baseline: LARGE });
    expect(models.map(({ name }) => name)).toEqual([FLASH, MINI]);
    expect(baseline.name).toBe(LARGE);
  });

  it.each([
    [
      'a model that is not in the file',
      usual,
      { models: [MINI, 'gpt-9'] },
      `has no model gpt-9; it has ${MINI}, ${LARGE} and ${FLASH}`,
    ],
    ['a baseline that is not in the file', usual, { baseline: 'gpt-9' }, 'has no model gpt-9'],
    [
      'a model without a price',
      { ...usual, constructor: { q: 1, out_tok: 1 } },
      { models: [MINI, 'constructor'] },
      'the price of constructor is unknown; the models in',
    ],
    [
      'a model without output tokens',
      { ...usual, [FLASH]: { q: 1 } },
      { models: [FLASH] },
      `how many tokens ${FLASH} wrote`,
    ],
    [
      'a file without prices',
      { a: { q: 1, out_tok: 1 }, b: { q: 1, out_tok: 1 } },
      {},
      'fewer than two models with a known price; it has a and b',
    ],
    [
      'a file with too few models to compare two',
      { [MINI]: usual[MINI], [LARGE]: usual[LARGE] },
      { isCompared: true },
      `fewer than three models with a known price; it has ${MINI} and ${LARGE}`,
    ],
    [
      'a file whose answers cannot be compared',
      { ...usual, [MINI]: { q: 1, out_tok: 1, p: '1' } },
      { isCompared: true },
      `has no extracted answers ("p") of ${FLASH}, so there is nothing to compare`,
    ],
    ['a split that no row is of', usual, { split: ['dev'] }, 'has no row whose split is dev; it has none'],
  ])('%s is refused in one sentence', async (_, models, choice, problem) => {
    const error = await planned([row('a', models)], choice).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(problem);
  });
});

describe('requests of a replay', () => {
  it('are the rows in the order of the file, and each model answers as it did', async () => {
    const { requests, answerOf } = await planned([row('a', usual), row('b', usual)]);
    expect(requests.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(requests[0]?.baseline).toEqual({ inputTokens: 10, outputTokens: 6, quality: 1 });
    expect(answerOf(MINI, 'prompt a')).toEqual({ inputTokens: 10, outputTokens: 5, quality: 0 });
    expect(answerOf(MINI, 'another prompt')).toBeUndefined();
  });

  it('hold the answers that were extracted from the recorded ones', async () => {
    const { answerOf } = await planned([row('a', { ...usual, [MINI]: { q: 1, out_tok: 5, p: '18' } })]);
    expect([MINI, LARGE].map((model) => answerOf(model, 'prompt a')?.extracted)).toEqual(['18', undefined]);
  });

  it('are of the splits that are asked for, as many as asked for of these', async () => {
    const rows = ['a', 'b', 'c', 'd'].map((id, index) => ({
      ...row(id, usual),
      split: index % 2 === 0 ? 'train' : 'dev',
    }));
    const ids = async (requests: number, ...split: string[]) =>
      (await planned(rows, { split }, { requests })).requests.map(({ id }) => id);
    expect(await ids(100, 'dev')).toEqual(['b', 'd']);
    expect(await ids(100, 'dev', 'train')).toEqual(['a', 'b', 'c', 'd']);
    expect(await ids(1, 'dev')).toEqual(['b']);
    await expect(planned(rows, { split: ['test'] })).rejects.toThrow(
      'no row whose split is test; it has train and dev',
    );
  });

  it('leave out rows in which a model has no answer, and say how many', async () => {
    const { requests, notes } = await planned([row('a', usual), row('b', { [LARGE]: { q: 1, out_tok: 6 } })]);
    expect(requests.map(({ id }) => id)).toEqual(['a']);
    expect(notes.join(' ')).toContain('1 row was left out');
  });

  it('are refused when no row has an answer of every model', async () => {
    const rows = [row('a', { [MINI]: { q: 1, out_tok: 1 } }), row('b', { [LARGE]: { q: 1, out_tok: 1 } })];
    await expect(planned(rows)).rejects.toThrow(/has no row in which .* all answer$/);
  });

  it('with the same prompt get the answer of the first, and keep a baseline of their own', async () => {
    const other = { ...usual, [LARGE]: { q: 0, out_tok: 60 } };
    const { requests, answerOf, notes } = await planned([row('a', usual, 'same'), row('b', other, 'same')]);
    expect(answerOf(LARGE, 'same')?.outputTokens).toBe(6);
    expect(requests.map(({ baseline }) => baseline?.outputTokens)).toEqual([6, 60]);
    expect(notes.join(' ')).toContain('1 prompt of the recording comes again');
  });

  it('are no more than asked for, nor more than the trace has arrivals', async () => {
    const rows = ['a', 'b', 'c'].map((id) => row(id, usual));
    const arrival = { atMs: 0, inputTokens: 1, outputTokens: 1, content: undefined };
    expect((await planned(rows, {}, { requests: 2 })).requests).toHaveLength(2);
    expect((await planned(rows, {}, { arrivals: [arrival] })).requests).toHaveLength(1);
  });

  it('meet no fault unless faults are asked for', async () => {
    const rows = ['a', 'b', 'c'].map((id) => row(id, usual));
    expect((await planned(rows)).faults.size).toBe(0);
    expect((await planned(rows, {}, { faults: 1 })).faults.size).toBe(3);
  });
});
