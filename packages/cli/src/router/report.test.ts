import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventedRows, writeRows } from './__fixtures__/graded-log.ts';
import { said } from './__fixtures__/run-router.ts';
import type { RoutingReport } from './report.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-router-report-'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

async function reported(name: string, rows: readonly unknown[], ...args: readonly string[]): Promise<RoutingReport> {
  const { out, err } = await said('report', await writeRows(at(name), rows), ...args, '--json');
  expect(err).toBe('');
  return JSON.parse(out);
}

const request = (id: number, model: string, more: object = {}) => ({
  id,
  prompt: `x ${id}`,
  in_tok: 1_000,
  m: { [model]: more },
});
const PRICED = 'gpt-4o'; // $2.5 and $10 per million

describe('tta router report', () => {
  it('says what each model did: requests, cost, latency and quality, each with its interval', async () => {
    const rows = Array.from({ length: 101 }, (_, index) =>
      request(index, 'small', { cost_usd: 0.01, latency_ms: index + 1, ...(index < 50 ? { q: index % 2 } : {}) }),
    );
    const { requests, comparisons, models } = await reported('models.jsonl', [...rows, request(200, 'own', { q: 1 })]);
    expect({ requests, comparisons }).toEqual({ requests: 102, comparisons: 0 });
    const [small, own] = models;
    expect(small).toMatchObject({
      model: 'small',
      requests: 101,
      unpriced: 0,
      quality: { n: 50, value: 50 },
      latency: { p50Ms: { n: 101, value: 51 } },
    });
    expect(small?.costUsd).toBeCloseTo(1.01, 10);
    expect(small?.latency.p50Ms.low).toBeGreaterThan(35);
    expect(small?.latency.p50Ms.high).toBeLessThan(67);
    expect(small?.quality.low).toBeCloseTo(36.6, 1);
    expect(own).toMatchObject({
      model: 'own',
      requests: 1,
      costUsd: 0,
      unpriced: 1,
      latency: { p99Ms: { n: 0, value: null } },
    });
    expect(own?.quality.low).toBeLessThan(30);
  });

  it('keeps what was realised apart from what is estimated, and keeps what was lost', async () => {
    const requests = Array.from({ length: 30 }, (_, index) =>
      request(index, 'small', { out_tok: 100, cost_usd: 0.001 }),
    );
    const compared = Array.from({ length: 30 }, (_, index) => ({
      ...request(100 + index, 'small'),
      m: { small: { q: 1, out_tok: 100, cost_usd: 0.009 }, [PRICED]: { q: 1, out_tok: 200, cost_usd: 0.006 } },
    }));
    const { saving } = await reported('savings.jsonl', [...requests, ...compared], '--baseline', PRICED);
    expect(saving?.realised).toMatchObject({ saved: { n: 30 }, retained: { n: 30, value: 100 } });
    expect(saving?.realised.savedUsd).toBeCloseTo(30 * -0.003, 10);
    expect(saving?.realised.saved.value).toBeCloseTo(-50, 10);
    expect(saving?.estimated.tokenRatios).toEqual({ small: 2 });
    const each = (1_000 * 2.5 + 200 * 10) / 1e6;
    expect(saving?.estimated.baselineUsd).toBeCloseTo(30 * each, 10);
    expect(saving?.estimated.savedUsd).toBeCloseTo(30 * (each - 0.001), 10);
  });

  it('saves nothing where the baseline answered, and counts what has no known cost', async () => {
    const rows = [
      request(1, PRICED, { out_tok: 100 }),
      request(2, PRICED, { out_tok: 10 }),
      request(3, 'own', {}),
      request(4, PRICED, {}),
    ];
    const { saving } = await reported('baseline.jsonl', rows, '--baseline', PRICED);
    expect(saving?.estimated).toMatchObject({ savedUsd: 0, saved: { n: 2, value: 0 }, unpriced: 2 });
    expect(saving?.realised).toMatchObject({ saved: { n: 0, value: null } });
  });

  it.each([
    ['beats chance where hard prompts went to the strong model', true, (isHard: boolean) => isHard],
    ['does not where a coin decided', false, (_: boolean, index: number) => index % 3 === 0],
  ])('%s', async (_, beatsChance, isSent) => {
    const rows = inventedRows(400).map(({ m, ...row }, index) => {
      const sent = isSent(row.prompt.startsWith('prove'), index);
      return { ...row, m: sent ? { large: m['large'], small: m['small'] } : { small: m['small'], large: m['large'] } };
    });
    const { saving } = await reported('control.jsonl', rows, '--baseline', 'large');
    expect(saving?.controls).toMatchObject([{ cheap: 'small', n: 400, beatsChance }]);
  });

  it('says that it is unknown which of many answers the caller got', async () => {
    const rows = inventedRows(40).map((row) => ({ ...row, m: { ...row.m, third: { q: 1, cost_usd: 1 } } }));
    const { saving } = await reported('many.jsonl', rows, '--baseline', 'large');
    expect(saving).toMatchObject({ realised: { saved: { n: 0 } }, controls: [] });
  });

  it('sees whether prompts have changed since the weights were made', async () => {
    const log = await writeRows(at('before.jsonl'), inventedRows(400));
    const weights = at('weights.json');
    await said('train', log, '--out', weights, '--hash-bits', '12');
    await said('calibrate', log, '--weights', weights, '--cheap', 'small', '--strong', 'large', '--target', '0.9');
    const drift = async (rows: readonly unknown[]) => {
      const { drift: found } = await reported('after.jsonl', rows, '--weights', weights);
      return found?.map(({ of, n, verdict }) => [of, n, verdict]);
    };
    const after = inventedRows(400, { seed: 2 });
    const moved = after.filter(({ prompt }) => prompt.startsWith('prove'));
    expect((await drift(moved))?.[0]).toEqual(['score', moved.length, 'major']);
    expect(await drift(inventedRows(400))).toEqual([]); // all of them were trained on
  });

  it('prints all of it for a person', async () => {
    const rows = [...inventedRows(30), request(1, 'small', { out_tok: 1, latency_ms: 5, cost_usd: 1 })];
    const log = await writeRows(at('printed.jsonl'), rows);
    const { exitCode, out, err } = await said('report', log, '--baseline', 'large');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('1 request, and 30 comparisons');
    for (const word of ['p95 ms', 'Realised against always large', 'Estimated: not known', 'beats chance'])
      expect(out).toContain(word);
    expect((await said('report', log)).out).toContain('--baseline names it');
  });
});
