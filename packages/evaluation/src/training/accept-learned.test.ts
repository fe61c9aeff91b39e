import { type LearnedVerifier, type VerifierCalibration, verifierOf } from 'tta-observability-integration/learning';
import { acceptLearned, CascadePrimitive } from 'tta-observability-integration/primitives';
import { describe, expect, it } from 'vitest';
import { answeredRows } from './__fixtures__/graded.ts';
import { learnedFrom } from './__fixtures__/learned-verifier.ts';

const { weights } = learnedFrom(answeredRows(400));
const chosen = { target: 0.95, promise: 'shown', choice: 'by_score', threshold: 0.45, rows: 400 } as const;

/** The verifier as production has it: read from a file that a calibration was written into. */
function loaded(calibration: VerifierCalibration | undefined): LearnedVerifier {
  return verifierOf(JSON.stringify({ ...weights, verifier: { ...weights.verifier, calibration } }));
}

describe('a cascade with a verifier that was learned', () => {
  const rows = answeredRows(200, 9);
  const byPrompt = new Map(rows.map((row) => [row.prompt, row]));
  const cascadeWith = (verifier: LearnedVerifier, options?: { readonly threshold: number }) =>
    new CascadePrimitive<string, string, 'small' | 'large'>(
      { small: (prompt) => byPrompt.get(prompt)?.answer ?? '', large: () => 'the strong answer' },
      { accept: acceptLearned(verifier, options) },
    );

  it('gives the cheap answers that are trusted as much as the calibration asks, and mostly good ones', async () => {
    const verifier = loaded(chosen);
    const cascade = cascadeWith(verifier);
    const accepted: (typeof rows)[number][] = [];
    for (const row of rows) {
      const isTrusted = verifier(row.prompt, row.answer) >= chosen.threshold;
      expect(await cascade.execute(row.prompt)).toBe(isTrusted ? row.answer : 'the strong answer');
      if (isTrusted) accepted.push(row);
    }
    expect(cascade.getStats().stages.small).toMatchObject({ rejections: { unsure: rows.length - accepted.length } });
    expect(accepted.length).toBeGreaterThan(50);
    expect(accepted.length).toBeLessThan(150);
    const share = (some: readonly { readonly cheap: number }[]) =>
      some.reduce((sum, { cheap }) => sum + cheap, 0) / some.length;
    expect(share(accepted)).toBeGreaterThan(share(rows) + 0.15);
  });

  it('accepts every answer where the cheap model alone is good enough, even one that is not trusted', async () => {
    const cascade = cascadeWith(loaded({ ...chosen, choice: 'always_cheap', threshold: null }));
    for (const { prompt, answer } of rows) expect(await cascade.execute(prompt)).toBe(answer);
  });

  it('goes by the threshold of the options where there is one, whatever the calibration found', async () => {
    const strict = cascadeWith(loaded(chosen), { threshold: 1 });
    const [row] = rows as [(typeof rows)[number]];
    expect(await strict.execute(row.prompt)).toBe('the strong answer');
    const refused = loaded({ ...chosen, choice: 'always_strong', threshold: null });
    expect(await cascadeWith(refused, { threshold: 0 }).execute(row.prompt)).toBe(row.answer);
  });

  it('is not built on a verifier that was not calibrated', () => {
    expect(() => acceptLearned(loaded(undefined))).toThrow(
      'acceptLearned: threshold must be a number, because the verifier is not calibrated',
    );
    expect(() => acceptLearned(() => 1)).toThrow(TypeError);
  });

  it('is not built on a calibration that found no threshold', () => {
    expect(() => acceptLearned(loaded({ ...chosen, choice: 'always_strong', threshold: null }))).toThrow(
      'acceptLearned: the calibration of the verifier found no threshold that is sure to keep 95.0 % of the quality',
    );
  });
});
