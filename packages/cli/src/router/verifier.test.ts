import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSink, RoutingLogPrimitive } from 'tta-evaluation';
import { parseWeights, verifierOf } from 'tta-observability-integration/learning';
import { acceptLearned, CascadePrimitive } from 'tta-observability-integration/primitives';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runCli } from '../cli.ts';
import { answeredRows, inventedRows, writeRows } from './__fixtures__/graded-log.ts';
import { reported, said } from './__fixtures__/run-router.ts';
import type { CalibrateReport } from './calibrate.ts';
import type { EvalReport } from './eval.ts';
import type { TrainReport } from './train.ts';

interface Logged {
  readonly q: number;
  readonly out_tok: number;
  readonly cost_usd: number;
  readonly text?: string;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-verifier-'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const PAIR = ['--cheap', 'small', '--strong', 'large'];
const TRAIN = ['--verifier', ...PAIR, '--hash-bits', '10'];

async function trained(name: string, log: string): Promise<string> {
  await reported('train', log, '--out', at(name), ...TRAIN);
  return at(name);
}

const calibrated = (log: string, weights: string, ...more: readonly string[]) =>
  reported<CalibrateReport>('calibrate', log, '--verifier', '--weights', weights, ...more);

describe('from a log of production to a cascade', () => {
  it('logs answers without prompts, learns to judge them, chooses a threshold, and accepts by it', async () => {
    const path = at('production.jsonl');
    const settings = { sink: fileSink({ path }), hashBits: 10, secret: 'key', includeAnswer: true };
    const log = new RoutingLogPrimitive(() => undefined, settings);
    for (const { prompt, m } of answeredRows(400, { telling: 1 })) {
      const answers = Object.entries(m as unknown as Record<string, Logged>);
      log.record(
        prompt,
        answers.map(([model, { q: quality, out_tok: outputTokens, cost_usd: costUsd, text }]) => ({
          model,
          quality,
          usage: { inputTokens: 20, outputTokens },
          costUsd,
          text,
        })),
      );
    }
    await log.close();
    const logged = await readFile(path, 'utf8');
    expect([logged.includes('topology'), logged.includes('unfortunately')]).toEqual([false, true]);

    const weights = await trained('production.json', path);
    const report = await calibrated(path, weights, '--target', '0.98');
    expect(report).toMatchObject({ verifier: true, choice: 'by_score', rows: 400, cheap: 'small', strong: 'large' });
    const file = await readFile(weights, 'utf8');
    for (const word of ['topology', 'unfortunately', 'settled']) expect(file).not.toContain(word);

    const fresh = new Map(answeredRows(100, { seed: 2 }).map((row) => [row.prompt, row.m.small.text]));
    const cascade = new CascadePrimitive<string, string>(
      { small: (prompt) => fresh.get(prompt) ?? '', large: () => 'the strong answer' },
      { accept: acceptLearned(verifierOf(file)) },
    );
    const judge = verifierOf(file);
    const hedging = { accepted: 0, rejected: 0 };
    for (const [prompt, text] of fresh) {
      const isTrusted = judge(prompt, text) >= (report.threshold ?? 1);
      expect(await cascade.execute(prompt)).toBe(isTrusted ? text : 'the strong answer');
      if (text.startsWith('Perhaps')) hedging[isTrusted ? 'accepted' : 'rejected'] += 1;
    }
    expect(hedging.rejected).toBeGreaterThan(4 * hedging.accepted);
  });
});

describe('tta router train --verifier', () => {
  it('says what the verifier is worth on answers that it had not seen, beside what is known before the call', async () => {
    const log = await writeRows(at('plain.jsonl'), answeredRows(400));
    const { models, verifier, rows } = await reported<TrainReport>('train', log, '--out', at('plain.json'), ...TRAIN);
    expect(models.map(({ model }) => model)).toEqual(['small', 'large']);
    expect(rows).toBe(400);
    expect(verifier).toMatchObject({ cheap: 'small', strong: 'large', rows: 400, withoutAnswer: 0 });
    expect(verifier?.apgr?.low).toBeGreaterThan(0.75);
    expect(verifier?.apgr?.low).toBeGreaterThan(verifier?.beforeApgr?.high ?? 1);
    const { out } = await said('train', log, '--out', at('plain.json'), ...TRAIN);
    expect(out).toContain('Learned 2 models and a verifier from 400 rows');
    expect(out).toContain('The verifier tells which answers of small need large better than chance.');
  });

  it('says so where answers tell nothing', async () => {
    const log = await writeRows(at('noise.jsonl'), answeredRows(400, { telling: 0 }));
    const { exitCode, out } = await said('train', log, '--out', at('noise.json'), ...TRAIN);
    expect(exitCode).toBe(0);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'The verifier is not known to beat chance on these rows: its APGR is',
    );
    const equal = await writeRows(at('equal.jsonl'), answeredRows(300, { cheap: [0.97, 0.97] }));
    const even = await said('train', equal, '--out', at('equal.json'), ...TRAIN);
    expect(even.out.replaceAll(/\s+/g, ' ')).toContain('large is not known to be better than small on these rows');
  });

  it('skips rows without an answer, and counts them', async () => {
    const rows = [...answeredRows(60), ...inventedRows(40, { seed: 2 }), ...inventedRows(1, { seed: 3 })];
    const log = await writeRows(at('some.jsonl'), rows);
    const train = await reported<TrainReport>('train', log, '--out', at('some.json'), ...TRAIN);
    expect(train).toMatchObject({ rows: 60, verifier: { rows: 60, withoutAnswer: 41 } });
    expect(train.notes).toContain('41 rows have no text of the answer of small, and were skipped.');
    expect(parseWeights(await readFile(at('some.json'), 'utf8')).training?.rows).toBe(60);
    const chosen = await calibrated(log, at('some.json'));
    expect(chosen).toMatchObject({ rows: 60, withoutAnswer: 41 });
    const found = await reported<EvalReport>('eval', log, '--verifier', '--weights', at('some.json'));
    expect(found).toMatchObject({ n: 60, withoutAnswer: 41 });
    expect(found.notes[0]).toBe('41 rows have no text of the answer of small, and were skipped.');
  });

  it('takes the text of the weaker of two models for that of the cheap one', async () => {
    const rows = answeredRows(60).map(({ m: { small, large }, ...row }) => {
      const { text, ...rest } = small;
      return { ...row, m: { small: rest, large }, weak_resp: text };
    });
    const log = await writeRows(at('weak.jsonl'), rows);
    const named = await writeRows(at('named.jsonl'), answeredRows(60));
    const verifiers = await Promise.all(
      [await trained('weak.json', log), await trained('named.json', named)].map((path) => readFile(path, 'utf8')),
    );
    expect(verifiers[0]).toBe(verifiers[1]);
  });

  it('learns from answers that were logged apart under one id', async () => {
    const apart = answeredRows(60).flatMap((row) =>
      Object.entries(row.m).map(([model, answer]) => ({ ...row, m: { [model]: answer } })),
    );
    const log = await writeRows(at('apart.jsonl'), apart);
    expect(await reported<TrainReport>('train', log, '--out', at('apart.json'), ...TRAIN)).toMatchObject({ rows: 60 });
  });
});

describe('tta router calibrate --verifier', () => {
  it('never judges an answer by a verifier that was trained on it', async () => {
    const rows = answeredRows(200, { telling: 0 }).map((row, index) => ({
      ...row,
      m: {
        ...row.m,
        small: { ...row.m.small, text: `word${index.toString(26).replaceAll(/\d/g, 'z')} ${row.prompt}` },
      },
    }));
    const log = await writeRows(at('heart.jsonl'), rows);
    const report = await calibrated(log, await trained('heart.json', log), '--target', '0.7');
    expect(report.notes.join(' ')).toContain('200 rows were trained on');
    expect(report.control?.liftLow).toBeLessThan(0);
    const fresh = await writeRows(at('fresh.jsonl'), answeredRows(100, { seed: 2 }));
    const { notes } = await calibrated(fresh, at('heart.json'), '--out', at('x.json'), '--target', '0.9');
    expect(notes.join(' ')).toContain('None of the 100 rows was trained on');
  });

  it('refuses with exit code 1 where no threshold is shown to keep the target, and forced weights build no cascade', async () => {
    const log = await writeRows(at('useless.jsonl'), answeredRows(300, { telling: 0 }));
    const weights = await trained('useless.json', log);
    const args = ['calibrate', log, '--verifier', '--weights', weights, '--target', '0.98'];
    const { exitCode, out, err } = await said(...args);
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
    expect(out.replaceAll('\n', ' ')).toContain(
      'No threshold is shown to keep 98.0 % of the quality of large on 300 rows',
    );
    expect(verifierOf(await readFile(weights, 'utf8')).calibration).toBeUndefined();
    expect(await said(...args, '--force')).toMatchObject({ exitCode: 0 });
    const file = await readFile(weights, 'utf8');
    expect(verifierOf(file).calibration).toMatchObject({ promise: 'not_shown', rows: 300 });
    expect(() => acceptLearned(verifierOf(file))).toThrow('do not show that 98.0 % of the quality is kept');
  });

  it('refuses where the cheap calls cost more than accepted answers spare', async () => {
    const dear = answeredRows(300).map(({ m: { small, large }, ...row }) => ({
      ...row,
      m: { small: { ...small, cost_usd: 0.008 }, large },
    }));
    const log = await writeRows(at('dear.jsonl'), dear);
    const { exitCode } = await said('calibrate', log, '--verifier', '--weights', await trained('dear.json', log));
    expect(exitCode).toBe(1);
  });

  it('pays for every cheap call, and stands beside chance, length, the best static choice and an oracle', async () => {
    const log = await writeRows(at('beside.jsonl'), answeredRows(1_000));
    const weights = await trained('beside.json', log);
    const { expected, control, threshold, sent } = await calibrated(log, weights, '--target', '0.9');
    expect(expected.map(({ router }) => router)).toEqual([
      'verifier',
      'answer length',
      'learned',
      'length',
      'complexity rules',
      'random',
      'best static',
      'oracle',
    ]);
    expect(threshold).toBeGreaterThan(0);
    expect(threshold).toBeLessThan(1);
    const [verifier] = expected;
    // a cheap call costs a tenth of a strong one: what is accepted is spared, less that tenth of everything; folds have thresholds of their own
    expect(Math.abs((verifier?.calibrated.saved ?? 0) - (100 - sent - 10))).toBeLessThan(10);
    expect(verifier?.calibrated.saved).toBeLessThan(100 - sent);
    expect(verifier?.calibrated.savedLow).toBeGreaterThan(verifier?.randomMixSaved ?? 100);
    expect(control).toMatchObject({ beatsChance: true });
    const { out } = await said('calibrate', log, '--verifier', '--weights', weights, '--target', '0.9');
    expect(out).toContain('the answer of small where it is trusted by');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('than those of a random mix: it beats chance.');
  });

  it('leaves the calibration of the router beside it alone', async () => {
    const log = await writeRows(at('both.jsonl'), answeredRows(300));
    const weights = await trained('both.json', log);
    await reported('calibrate', log, '--weights', weights, ...PAIR, '--target', '0.5');
    await calibrated(log, weights, '--target', '0.9');
    const { calibration, verifier } = parseWeights(await readFile(weights, 'utf8'));
    expect([calibration?.target, verifier?.calibration?.target]).toEqual([0.5, 0.9]);
  });
});

describe('tta router eval --verifier', () => {
  const divided = () => [...answeredRows(300, { split: 'train' }), ...answeredRows(200, { seed: 2, split: 'dev' })];

  it('measures the threshold of the weights on rows that neither training nor calibration has seen', async () => {
    const log = await writeRows(at('eval.jsonl'), divided());
    const weights = await trained('eval.json', log);
    const { threshold } = await calibrated(log, weights, '--target', '0.9');
    const args = ['eval', log, '--verifier', '--weights', weights];
    const report = await reported<EvalReport>(...args);
    expect(report).toMatchObject({ verifier: true, n: 200, target: 0.9, threshold: 'weights' });
    expect(report.control).toMatchObject({ beatsChance: true });
    const judge = verifierOf(await readFile(weights, 'utf8'));
    const rows = divided().filter(({ split }) => split === 'dev');
    const kept = rows.filter(({ prompt, m }) => judge(prompt, m.small.text) >= (threshold ?? 1));
    const good = rows.map(({ prompt, m }) => {
      const { small, large } = m as unknown as Record<'small' | 'large', { q: number; text: string }>;
      return {
        cheap: small.q,
        given: judge(prompt, small.text) >= (threshold ?? 1) ? small.q : large.q,
        strong: large.q,
      };
    });
    const total = (of: 'cheap' | 'given' | 'strong') => good.reduce((sum, row) => sum + row[of], 0);
    const [verifier] = report.routers;
    expect(verifier?.calibrated.retained).toBeCloseTo((100 * total('given')) / total('strong'), 9);
    expect(verifier?.calibrated.saved).toBeCloseTo((100 * kept.length) / rows.length - 10, 9);
    const spent = 0.001 + 0.01 * (1 - kept.length / rows.length); // a coin that is thrown before any call buys more for it
    const mix = total('cheap') + ((spent - 0.001) / 0.009) * (total('strong') - total('cheap'));
    expect(report.control?.lift).toBeCloseTo((100 * (total('given') - mix)) / rows.length, 9);
    const { out } = await said(...args);
    for (const word of ['verifier', 'APGR', 'random', 'best static', 'oracle', 'it beats chance']) {
      expect(out).toContain(word);
    }
  });

  it('leaves out rows that the verifier was calibrated on, and no others', async () => {
    const weights = await trained('left-out.json', await writeRows(at('first.jsonl'), answeredRows(200)));
    const [second, third] = [answeredRows(150, { seed: 2 }), answeredRows(120, { seed: 3 })];
    await calibrated(await writeRows(at('second.jsonl'), second), weights, '--target', '0.9');
    await reported('calibrate', await writeRows(at('third.jsonl'), third), '--weights', weights, ...PAIR);
    const log = await writeRows(at('later.jsonl'), [...second, ...third]);
    const report = await reported<EvalReport>('eval', log, '--verifier', '--weights', weights);
    expect(report).toMatchObject({ n: 120, threshold: 'weights' });
    expect(report.notes).toContain('150 rows left out, because the weights were trained or calibrated on them.');
  });

  it('pays for no cheap call where the calibration found no threshold', async () => {
    const log = await writeRows(at('off.jsonl'), divided());
    const weights = await trained('off.json', log);
    const { verifier, ...rest } = JSON.parse(await readFile(weights, 'utf8'));
    const calibration = {
      target: 0.98,
      promise: 'shown',
      choice: 'always_strong',
      threshold: null,
      rows: 9,
      questions: '',
    };
    await writeFile(weights, JSON.stringify({ ...rest, verifier: { ...verifier, calibration } }));
    const { routers, threshold, control } = await reported<EvalReport>('eval', log, '--verifier', '--weights', weights);
    expect(threshold).toBe('weights');
    expect(routers[0]?.calibrated).toMatchObject({ saved: 0, retained: 100, isAdmitted: false });
    expect(control).toMatchObject({ lift: 0, beatsChance: false });
  });

  it('chooses thresholds fold by fold where the verifier is not calibrated, or has seen the rows', async () => {
    const log = await writeRows(at('folds.jsonl'), answeredRows(300));
    const weights = await trained('folds.json', log);
    const evaluated = () => reported<EvalReport>('eval', log, '--verifier', '--weights', weights, '--target', '0.9');
    expect((await evaluated()).notes.join(' ')).toContain('The verifier is not calibrated; each fifth of the rows');
    await calibrated(log, weights, '--target', '0.9');
    const again = await evaluated();
    expect(again).toMatchObject({ threshold: 'other_folds', control: { beatsChance: true } });
    expect(again.notes.join(' ')).toContain('The weights were trained or calibrated on these rows');
  });
});

it('training shows a bar on a terminal, on stderr alone, and takes it away', async () => {
  const log = await writeRows(at('bar.jsonl'), answeredRows(60));
  const io = fakeIo({ isTTY: true });
  await runCli(['router', 'train', log, '--out', at('bar.json'), ...TRAIN, '--json'], '1.2.3', io);
  expect(JSON.parse(io.out())).toMatchObject({ rows: 60 });
  expect(io.err()).toContain('\u001B[?25l');
  expect(io.err().endsWith('\u001B[?25h')).toBe(true);
});
