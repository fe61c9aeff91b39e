import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainWeights } from 'tta-evaluation';
import { predictor, type RoutingWeights, vectorOf } from 'tta-observability-integration/learning';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { UsageError } from '../usage-error.ts';
import { runDemo } from './run.ts';

const [MINI, LARGE] = ['gpt-4o-mini-2024-07-18', 'gpt-4o-2024-08-06'] as const;
const HASH_BITS = 10;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tta-learned-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The cheap model is bad at proofs and good at sums. */
const rows = Array.from({ length: 40 }, (_, index) => ({
  id: `row-${index}`,
  prompt: index % 2 === 0 ? `Prove the theorem number ${index}` : `Add ${index} and one`,
  in_tok: 50,
  m: { [MINI]: { q: index % 2, out_tok: 40 }, [LARGE]: { q: 1, out_tok: 40 } },
}));

function learned(choice: 'by_score' | 'always_strong' = 'by_score'): RoutingWeights {
  const qualities = (model: typeof MINI | typeof LARGE) => Float64Array.from(rows, ({ m }) => m[model]?.q ?? 0);
  const vectors = rows.map(({ prompt }) => vectorOf(prompt, HASH_BITS));
  const weights = trainWeights(
    vectors,
    { [MINI]: qualities(MINI), [LARGE]: qualities(LARGE) },
    { hashBits: HASH_BITS },
  );
  const threshold = choice === 'by_score' ? 0.5 : null;
  return {
    ...weights,
    calibration: { cheap: MINI, strong: LARGE, target: 0.98, promise: 'shown', choice, threshold, rows: 40 },
  };
}

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function replayed(weights: unknown) {
  const trace = rows.map((_, index) => ({ timestamp: index * 10, input_length: 9, output_length: 9 }));
  const lines = (items: readonly object[]): string => items.map((each) => JSON.stringify(each)).join('\n');
  return runDemo(
    {
      ...{ seed: 1, port: 0, json: true, strategy: 'learned' },
      weights: await fileOf('weights.json', JSON.stringify(weights)),
      replay: await fileOf('rows.jsonl', lines(rows)),
      arrivals: await fileOf('trace.jsonl', lines(trace)),
    },
    fakeIo(),
  );
}

describe('learned routing that is replayed', () => {
  it('sends each prompt where the weights say, and counts what that saves and keeps', async () => {
    const weights = learned();
    const { predict } = predictor(weights);
    const isCheap = rows.map(({ prompt }) => {
      const { [MINI]: cheap = 0, [LARGE]: strong = 0 } = predict(prompt);
      return strong - cheap <= 0.5;
    });
    const cheap = isCheap.filter(Boolean).length;
    expect(cheap).toBeGreaterThan(0);
    expect(cheap).toBeLessThan(40);
    const { report, findings } = await replayed(weights);
    const [miniUsd, largeUsd] = [(50 * 0.15 + 40 * 0.6) / 1e6, (50 * 2.5 + 40 * 10) / 1e6];
    expect(report.routes).toMatchObject({ [MINI]: { requests: cheap }, [LARGE]: { requests: 40 - cheap } });
    expect(report.savedUsd).toBeCloseTo(cheap * (largeUsd - miniUsd), 9);
    const kept = rows.filter(({ m }, index) => !isCheap[index] || m[MINI]?.q === 1).length;
    expect(report.qualityRetained).toBeCloseTo(kept / 40, 9);
    expect(findings.strategy).toContain(
      `to keep 98.0 % of the quality of ${LARGE}, ${cheap} of 40 calls went to ${MINI}`,
    );
  });

  it('asks the strong model alone where no threshold was sure enough, and says so', async () => {
    const { report, findings } = await replayed(learned('always_strong'));
    expect(report.routes).toMatchObject({ [MINI]: { requests: 0 }, [LARGE]: { requests: 40 } });
    expect(report).toMatchObject({ savedUsd: 0, qualityRetained: 1 });
    expect(findings.strategy).toContain('No threshold was sure enough');
  });

  it('refuses weights that nobody has calibrated, and what is no weights, in one sentence', async () => {
    const { calibration: _, ...bare } = learned();
    const path = join(folder, 'weights.json');
    await expect(replayed(bare)).rejects.toThrow(
      new UsageError(`the weights in ${path} are not calibrated, so nothing says which model is good enough when`),
    );
    await expect(replayed([])).rejects.toThrow(UsageError);
  });
});
