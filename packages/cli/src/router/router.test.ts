import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSink, RoutingLogPrimitive } from 'tta-evaluation';
import { parseWeights } from 'tta-observability-integration/learning';
import { byLearned, RouterPrimitive } from 'tta-observability-integration/primitives';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runCli } from '../cli.ts';
import { type InventedRow, inventedRows, writeRows } from './__fixtures__/graded-log.ts';
import { reported, said } from './__fixtures__/run-router.ts';
import type { CalibrateReport } from './calibrate.ts';
import type { EvalReport } from './eval.ts';
import type { TrainReport } from './train.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-router-'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

const PAIR = ['--cheap', 'small', '--strong', 'large'];
const trained = async (name: string, log: string, ...more: readonly string[]): Promise<string> => {
  await reported('train', log, '--out', at(name), '--hash-bits', '12', ...more);
  return at(name);
};

describe('from a log of production to a router', () => {
  it('logs without prompts, trains, calibrates, and routes by what was learned', async () => {
    const path = at('production.jsonl');
    const log = new RoutingLogPrimitive(() => undefined, { sink: fileSink({ path }), hashBits: 12, secret: 'key' });
    for (const { prompt, m } of inventedRows(600, { cheap: [1, 0.2] })) {
      const answers = Object.entries(m as Record<string, { q: number; out_tok: number; cost_usd: number }>);
      log.record(
        prompt,
        answers.map(([model, { q, out_tok: outputTokens, cost_usd: costUsd }]) => ({
          model,
          quality: q,
          usage: { inputTokens: 20, outputTokens },
          costUsd,
        })),
      );
    }
    await log.close();
    expect((await readFile(path, 'utf8')).includes('topology')).toBe(false);

    const learned = await reported<TrainReport>('train', path, '--out', at('production.json'));
    expect(learned).toMatchObject({ rows: 600, hashBits: 12 });
    const calibrated = await reported<CalibrateReport>(
      'calibrate',
      path,
      '--weights',
      at('production.json'),
      ...PAIR,
      '--target',
      '0.95',
    );
    expect(calibrated).toMatchObject({ choice: 'by_score', rows: 600, why: null });

    const weights = await readFile(at('production.json'), 'utf8');
    expect(weights.includes('topology')).toBe(false);
    const route = (model: string) => ({ step: (_: string) => model, model });
    const router = new RouterPrimitive(
      { a: route('small'), b: route('large') },
      { strategy: byLearned(weights, { target: 0.95 }), defaultRoute: 'b' },
    );
    const answered = { small: { easy: 0, hard: 0 }, large: { easy: 0, hard: 0 } };
    for (const { prompt } of inventedRows(100, { seed: 2 })) {
      const model = (await router.execute(prompt)) as keyof typeof answered;
      answered[model][prompt.startsWith('prove') ? 'hard' : 'easy'] += 1;
    }
    expect(answered.large.easy).toBe(0);
    expect(answered.large.hard).toBeGreaterThan(2 * answered.small.hard);
  });
});

describe('tta router train', () => {
  it('says what was learned on rows that the weights had not seen, beside length', async () => {
    const log = await writeRows(at('plain.jsonl'), inventedRows(400));
    const { models, pairs } = await reported<TrainReport>('train', log, '--out', at('plain.json'), '--hash-bits', '12');
    const [small] = models;
    expect(small).toMatchObject({ model: 'small', graded: 400 });
    expect(small?.auc.low).toBeGreaterThan(0.8);
    expect(small?.auc).toMatchObject({ n: 400 });
    expect(pairs[0]).toMatchObject({ cheap: 'small', strong: 'large' });
    expect(pairs[0]?.apgr.low).toBeGreaterThan(0.7);
  });

  it('learns no difference where there is none', async () => {
    const log = await writeRows(at('noise.jsonl'), inventedRows(400, { cheap: [0.6, 0.6] }));
    const { models } = await reported<TrainReport>('train', log, '--out', at('noise.json'), '--hash-bits', '12');
    expect(models[0]?.auc.low).toBeLessThan(0.5);
    expect(models[0]?.auc.high).toBeGreaterThan(0.5);
  });

  it('keeps what was learned from in the weights, as hashes', async () => {
    const weights = parseWeights(
      await readFile(await trained('kept.json', await writeRows(at('kept.jsonl'), inventedRows(100))), 'utf8'),
    );
    expect(weights.training).toMatchObject({ rows: 100, seed: 1 });
    expect(Object.keys(weights.training?.chances ?? {})).toEqual(['small', 'large']);
  });

  it('gives the same weights for the same log and seed', async () => {
    const log = await writeRows(at('same.jsonl'), inventedRows(100));
    const [one, other, third] = await Promise.all(
      [
        await trained('one.json', log),
        await trained('other.json', log),
        await trained('third.json', log, '--seed', '2'),
      ].map((path) => readFile(path, 'utf8')),
    );
    expect(one).toBe(other);
    expect(one).not.toBe(third);
  });

  it('leaves rows for eval that are not marked train, and takes marks that are named', async () => {
    const rows = [
      ...inventedRows(60, { split: 'train' }),
      ...inventedRows(40, { seed: 2, split: 'dev' }),
      ...inventedRows(10, { seed: 3 }),
    ];
    const log = await writeRows(at('split.jsonl'), rows);
    const train = (...more: readonly string[]) =>
      reported<TrainReport>('train', log, '--out', at('split.json'), '--hash-bits', '12', ...more);
    expect(await train()).toMatchObject({
      rows: 70,
      notes: ['40 rows with another mark than "train" were left for eval.'],
    });
    expect(await train('--split', 'dev')).toMatchObject({ rows: 40 });
  });

  it('shows a bar on a terminal, on stderr alone, and takes it away', async () => {
    const log = await writeRows(at('bar.jsonl'), inventedRows(60));
    const io = fakeIo({ isTTY: true });
    await runCli(['router', 'train', log, '--out', at('bar.json'), '--hash-bits', '12', '--json'], '1.2.3', io);
    expect(JSON.parse(io.out())).toMatchObject({ rows: 60 });
    expect(io.err()).toContain('\u001B[?25l'); // the cursor is hidden
    expect(io.err().endsWith('\u001B[?25h')).toBe(true); // and shown again, with nothing after it
  });

  it('skips bad lines, and says which', async () => {
    const bad = ['{', '{"id":1}', '[]', '{"id":1,"prompt":"x","m":{"small":{"q":2}}}'];
    const log = await writeRows(at('bad.jsonl'), [...inventedRows(30), ...bad]);
    const { exitCode, err, out } = await said('train', log, '--out', at('bad.json'), '--hash-bits', '12');
    expect(exitCode).toBe(0);
    expect(err).toBe(
      `tta: ${log}: 4 of 34 lines are no rows and were skipped: line 31 (not JSON), line 32 ("prompt" or "features" is missing), ` +
        'line 33 (it must be a JSON object), ...\n',
    );
    expect(out).toContain('Learned 2 models from 30 rows');
  });
});

/** The same row with both answers right. */
const rightRow = (row: InventedRow): InventedRow => ({
  ...row,
  m: Object.fromEntries(Object.entries(row.m).map(([model, answer]) => [model, { ...answer, q: 1 }])),
});

describe('tta router calibrate', () => {
  it('never scores a row by weights that were trained on it', async () => {
    const log = await writeRows(at('seen.jsonl'), inventedRows(200));
    const fresh = await writeRows(at('fresh.jsonl'), inventedRows(200, { seed: 2 }));
    const weights = await trained('seen.json', log);
    const notes = async (...files: readonly string[]) =>
      (await reported<CalibrateReport>('calibrate', ...files, '--weights', weights, '--out', at('x.json'), ...PAIR))
        .notes[0];
    expect(await notes(log)).toContain(
      '200 rows were trained on, by the hashes of questions in the weights; each of them was scored by',
    );
    expect(await notes(fresh)).toContain('None of the 200 rows was trained on');
    expect(await notes(log, fresh)).toContain('The weights scored the other 200 rows.');
  });

  it('is not fooled by weights that know their rows by heart', async () => {
    const word = (index: number): string => [...index.toString(26)].map((digit) => `q${digit}z`.repeat(2)).join('');
    const letters = (text: string): string => text.replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
    const rows = inventedRows(300, { cheap: [0.5, 0.5] }).map((row, index) => ({
      ...row,
      prompt: letters(word(index)),
    }));
    const log = await writeRows(at('heart.jsonl'), rows);
    const weights = await trained('heart.json', log, '--hash-bits', '16');
    const learnedApgr = async () => {
      const { expected } = await reported<CalibrateReport>('calibrate', log, '--weights', weights, ...PAIR);
      return expected[0]?.apgrLow;
    };
    expect(await learnedApgr()).toBeLessThan(0.5);
    const { training, ...forgetful } = JSON.parse(await readFile(weights, 'utf8'));
    await writeFile(weights, JSON.stringify(forgetful)); // what they have seen is unknown
    expect(await learnedApgr()).toBeLessThan(0.5);
    await writeFile(weights, JSON.stringify({ ...forgetful, training: { ...training, questions: '' } })); // they lie
    expect(await learnedApgr()).toBeGreaterThan(0.6);
  });

  it('refuses in one sentence that says what would be needed, writes nothing, and with --force weights that no router follows', async () => {
    const log = await writeRows(at('useless.jsonl'), inventedRows(300, { cheap: [0.5, 0.5] }));
    const weights = await trained('useless.json', log);
    const before = await readFile(weights, 'utf8');
    const args = ['calibrate', log, '--weights', weights, ...PAIR, '--target', '0.98'];
    const { exitCode, out, err } = await said(...args);
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
    expect(out.replaceAll('\n', ' ')).toMatch(
      /^Refused: No threshold is shown to keep 98.0 % of the quality of large on 300 rows \(small alone keeps [\d.]+ %\)[:,] .* needed\. Nothing was written\./,
    );
    expect(await readFile(weights, 'utf8')).toBe(before);

    expect(await said(...args, '--force')).toMatchObject({ exitCode: 0 });
    const forced = await readFile(weights, 'utf8');
    expect(parseWeights(forced).calibration).toMatchObject({ promise: 'not_shown', rows: 300 });
    expect(() => byLearned(forced)).toThrow('do not show that 98.0 % of the quality is kept');
    expect(() => byLearned(forced, { allowUnproven: true })).not.toThrow();
  });

  it.each([
    ['one row', 1, [1, 1], 'at least 203 on which it is right, about 203 rows like these, are needed'],
    ['25 rows', 25, [1, 1], 'are too few to promise 98.0 % of its quality'],
    ['a pair without signal', 600, [0.87, 0.87], 'The scores are not known to beat chance'],
    ['a pair in which the cheap model is better', 600, [1, 1], 'small is better than large by'],
  ] as const)('refuses %s', async (name, count, cheap, sentence) => {
    const file = name.replaceAll(' ', '-');
    const rows = inventedRows(count, { cheap }).map((row) => (count > 1 ? row : rightRow(row)));
    const log = await writeRows(at(`${file}.jsonl`), rows);
    const weights = await trained(`${file}.json`, await writeRows(at(`${file}-train.jsonl`), inventedRows(200)));
    const before = await readFile(weights, 'utf8');
    const args = ['calibrate', log, '--weights', weights, ...PAIR];
    const { exitCode, out } = await said(...args, ...(cheap[0] === 0.87 ? ['--target', '0.9'] : []));
    expect({ exitCode, out: out.replaceAll('\n', ' ') }).toEqual({
      exitCode: 1,
      out: expect.stringContaining(sentence),
    });
    expect(await readFile(weights, 'utf8')).toBe(before);
  });

  it('refuses where the cheap model is not the cheaper one', async () => {
    const log = await writeRows(at('dear.jsonl'), inventedRows(100));
    const args = ['--weights', await trained('dear.json', log), '--cheap', 'large', '--strong', 'small'];
    const { exitCode, out } = await said('calibrate', log, ...args);
    expect(exitCode).toBe(1);
    expect(out).toContain('large costs no less than small on these rows');
  });

  it('takes the cheap model always where it is good enough, with both bounds', async () => {
    const log = await writeRows(at('equal.jsonl'), inventedRows(500, { cheap: [0.965, 0.965] }));
    const weights = await trained('equal.json', log);
    const report = await reported<CalibrateReport>('calibrate', log, '--weights', weights, ...PAIR, '--target', '0.9');
    expect(report).toMatchObject({ choice: 'always_cheap', threshold: null, sent: 0, refusal: null, control: null });
    expect(report.keptLow).toBeGreaterThan(90);
    expect(report.savedLow).toBeGreaterThan(50);
    expect(report.savedLow).toBeLessThan(90);
  });

  it('joins answers that were logged apart under one id', async () => {
    const apart = inventedRows(150).flatMap((row) =>
      Object.entries(row.m).map(([model, answer]) => ({ ...row, m: { [model]: answer } })),
    );
    const again = apart
      .filter(({ m }) => 'large' in m)
      .map((row) => ({ ...row, m: { large: { q: 0, cost_usd: 0.01 } } }));
    const log = await writeRows(at('apart.jsonl'), [...apart, ...again]);
    const { rows, notes } = await reported<CalibrateReport>(
      'calibrate',
      log,
      '--weights',
      await trained('apart.json', log),
      ...PAIR,
    );
    expect(rows).toBe(150);
    expect(notes).toContain('150 rows were joined from answers that were logged apart under one id.');
  });
});

describe('tta router eval', () => {
  it('measures the threshold of the weights on rows that neither training nor calibration has seen', async () => {
    const log = await writeRows(at('eval.jsonl'), [
      ...inventedRows(500, { split: 'train' }),
      ...inventedRows(300, { seed: 2, split: 'dev' }),
    ]);
    const weights = await trained('eval.json', log);
    await reported<CalibrateReport>('calibrate', log, '--weights', weights, ...PAIR, '--target', '0.95');
    const report = await reported<EvalReport>('eval', log, '--weights', weights);
    expect(report).toMatchObject({
      n: 300,
      target: 0.95,
      threshold: 'weights',
      cheap: 'small',
      control: { beatsChance: true },
    });
    expect(report.routers.map(({ router }) => router)).toEqual([
      'learned',
      'length',
      'complexity rules',
      'random',
      'best static',
      'oracle',
    ]);
    const [learned, , , random] = report.routers;
    expect(learned?.apgrLow).toBeGreaterThan(random?.apgrHigh ?? 1);
    expect(learned?.calibrated.retainedHigh).toBeGreaterThan(95);
    expect(learned?.calibrated.savedLow).toBeGreaterThan(learned?.randomMixSaved ?? 100);
    for (const name of ['cpt50', 'cpt80', 'saved95', 'saved98', 'saved99'] as const) {
      expect(learned?.[`${name}Low`], name).toBeLessThanOrEqual(learned?.[name] ?? -1);
      expect(learned?.[`${name}High`], name).toBeGreaterThanOrEqual(learned?.[name] ?? 101);
    }
  });

  it('measures by folds where the weights have seen all rows, and says so', async () => {
    const log = await writeRows(at('all-seen.jsonl'), inventedRows(300));
    const weights = await trained('all-seen.json', log);
    await reported<CalibrateReport>('calibrate', log, '--weights', weights, ...PAIR, '--target', '0.95');
    const report = await reported<EvalReport>('eval', log, '--weights', weights);
    expect(report).toMatchObject({ n: 300, threshold: 'other_folds', control: null });
    expect(report.notes[0]).toContain('300 rows were trained on');
    expect(report.notes[1]).toContain('The weights were trained or calibrated on these rows');
  });

  it('leaves out rows that were calibrated on', async () => {
    const log = await writeRows(at('trained.jsonl'), inventedRows(200));
    const chosen = inventedRows(150, { seed: 2 });
    const calibration = await writeRows(at('calibration.jsonl'), chosen);
    const weights = await trained('left-out.json', log);
    await reported<CalibrateReport>('calibrate', calibration, '--weights', weights, ...PAIR, '--target', '0.95');
    const test = await writeRows(at('test.jsonl'), [...chosen, ...inventedRows(120, { seed: 3 })]);
    const report = await reported<EvalReport>('eval', test, '--weights', weights);
    expect(report).toMatchObject({ n: 120, threshold: 'weights' });
    expect(report.notes).toContain('150 rows left out, because the weights were trained or calibrated on them.');
  });

  it('prints every figure beside chance, length, the best static choice and an oracle', async () => {
    const log = await writeRows(at('printed.jsonl'), inventedRows(200));
    const { exitCode, out, err } = await said('eval', log, '--weights', await trained('printed.json', log), ...PAIR);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    for (const word of ['APGR', 'CPT50', 'saved at 98 %', 'random mix saves', 'length', 'best static', 'oracle'])
      expect(out).toContain(word);
  });
});
