import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseWeights } from 'tta-observability-integration/learning';
import { certifiedCascade } from 'tta-observability-integration/primitives';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparedRows, inventedRows, writeRows } from './__fixtures__/graded-log.ts';
import { reported, said } from './__fixtures__/run-router.ts';
import type { CertifyReport } from './certify.ts';
import type { EvalReport } from './eval.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-certify-'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const MODELS = ['--cheap', 'small', '--second', 'other', '--strong', 'large', '--hash-bits', '10'];
const certified = (log: string, out: string, ...more: readonly string[]) =>
  reported<CertifyReport>('certify', log, ...MODELS, '--out', at(out), ...more);
const written = (name: string) =>
  stat(at(name)).then(
    () => true,
    () => false,
  );

describe('tta router certify', () => {
  it('learns a cascade, shows both bounds, and writes one file that the runtime takes', async () => {
    const log = await writeRows(at('log.jsonl'), comparedRows(800));
    const report = await certified(log, 'cascade.json', '--target', '0.95');
    expect(report).toMatchObject({ refusal: null, isWritten: true, second: 'other', rows: 800, choice: 'by_score' });
    expect(report.keptLow).toBeGreaterThanOrEqual(95);
    expect(report.savedLow).toBeGreaterThan(10);
    expect(report.control).toMatchObject({ beatsChance: true });
    const file = await readFile(at('cascade.json'), 'utf8');
    expect(file).toHaveLength(report.bytes ?? 0);
    expect(parseWeights(file).verifier?.calibration).toMatchObject({ promise: 'shown', target: 0.95, rows: 800 });

    const cascade = certifiedCascade<string, string>(
      file,
      { small: () => '', other: () => '', large: () => 'strong' },
      { extract: ({ text }) => text },
    );
    expect(cascade.getStats().quality).toMatchObject({ state: 'shown', promise: { target: 0.95 } });
    expect(await cascade.execute('name the capital')).toBe('strong');
  });

  it('keeps on other rows what it has shown, as eval measures it', async () => {
    const log = await writeRows(at('train.jsonl'), comparedRows(800, { seed: 3 }));
    await certified(log, 'measured.json', '--target', '0.95');
    const fresh = await writeRows(at('fresh.jsonl'), comparedRows(600, { seed: 4 }));
    const { routers, threshold, n } = await reported<EvalReport>(
      ...(['eval', fresh, '--verifier', '--weights', at('measured.json')] as const),
    );
    expect({ threshold, n }).toEqual({ threshold: 'weights', n: 600 });
    const [verifier] = routers;
    expect(verifier?.router).toBe('verifier');
    expect(verifier?.calibrated.retainedHigh).toBeGreaterThan(95);
    expect(verifier?.calibrated.savedLow).toBeGreaterThan(0);
  });

  it('says for a person what was learned, and how to use it', async () => {
    const log = await writeRows(at('said.jsonl'), comparedRows(800));
    const { out, exitCode } = await said('certify', log, ...MODELS, '--out', at('said.json'), '--target', '0.95');
    expect(exitCode).toBe(0);
    const text = out.replaceAll(/\s+/g, ' ');
    expect(text).toContain('Learned and certified in');
    expect(text).toContain('compared with that of other');
    expect(text).toContain(`certifiedCascade(await readFile("${at('said.json')}", 'utf8')`);
    expect(text).toContain('twice the largest in these rows; declare your limit with --max-cheap-cost');
  });

  it('shows less of a saving the more a cheap call may cost', async () => {
    const log = await writeRows(at('cost.jsonl'), comparedRows(800));
    const assumed = await certified(log, 'assumed.json', '--target', '0.95');
    const declared = await certified(log, 'declared.json', '--target', '0.95', '--max-cheap-cost', '0.02');
    expect(assumed.mostCheapCost).toBeCloseTo(0.004, 10);
    expect(declared.mostCheapCost).toBe(0.02);
    expect(declared.savedLow).toBeLessThan(assumed.savedLow ?? 0);
    const low = await said('certify', log, ...MODELS, '--out', at('low.json'), '--max-cheap-cost', '0.001');
    expect([low.exitCode, low.out]).toEqual([2, '']);
    expect(low.err).toMatch(
      /^tta: --max-cheap-cost is 0.001, but in one row the cheap calls cost 0.002; declare at least that\n$/,
    );
  });
});

describe('tta router certify refuses', () => {
  const noise = (count: number) => comparedRows(count, { telling: 0 });
  it.each([
    ['one row', () => comparedRows(1), 'are needed'],
    ['25 rows', () => comparedRows(25), 'are needed'],
    ['a verifier that knows nothing', () => noise(600), 'needed'],
    [
      'a strong model that the cheap one is better than',
      () => comparedRows(600, { cheap: [0.99, 0.99], strong: 0.6 }),
      'use small alone',
    ],
    ['a cheap model that costs as much', () => comparedRows(400, { secondUsd: 0.02 }), 'a cheaper model is needed'],
  ] as const)('%s, in one sentence that says what would be needed', async (what, rows, needed) => {
    const log = await writeRows(at('refused.jsonl'), rows());
    const { exitCode, out } = await said('certify', log, ...MODELS, '--out', at('refused.json'), '--target', '0.98');
    expect(exitCode, what).toBe(1);
    expect(out).toMatch(/^Refused: /);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(needed);
    expect(await written('refused.json'), what).toBe(false);
  });

  it('but writes all the same with --force, and the runtime refuses that unless it is told', async () => {
    const log = await writeRows(at('forced.jsonl'), noise(600));
    const { exitCode, out } = await said('certify', log, ...MODELS, '--out', at('forced.json'), '--force');
    expect(exitCode).toBe(0);
    expect(out).toContain('Not shown, and written all the same');
    const file = await readFile(at('forced.json'), 'utf8');
    const steps = { small: () => '', other: () => '', large: () => '' };
    expect(() => certifiedCascade(file, steps, { extract: () => 1 })).toThrow('do not show that 98.0 % of the quality');
  });

  it.each([
    [
      'a model that is named twice',
      comparedRows(60),
      ['--second', 'small'],
      '--cheap, --second and --strong must name different models',
    ],
    ['a second model that was never asked', inventedRows(60), [], 'has an answer of other (--second)'],
  ] as const)('%s', async (_what, rows, more, problem) => {
    const log = await writeRows(at('wrong.jsonl'), rows);
    const { exitCode, err } = await said('certify', log, ...MODELS, '--out', at('wrong.json'), ...more);
    expect(exitCode).toBe(2);
    expect(err).toContain(problem);
  });

  it('rows without an extracted answer and without a logged text', async () => {
    const log = await writeRows(at('plain.jsonl'), inventedRows(60));
    const alone = ['--cheap', 'small', '--strong', 'large', '--out', at('plain.json')];
    const { exitCode, err } = await said('certify', log, ...alone);
    expect(exitCode).toBe(2);
    expect(err).toContain('has the text of the answer of small, which a verifier reads');
  });
});
