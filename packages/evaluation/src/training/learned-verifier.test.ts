import fc from 'fast-check';
import {
  gradedRow,
  hashPrompt,
  inputsSeen,
  parseWeights,
  type RoutingWeights,
  trustBy,
  vectorOfRow,
  verifierInputs,
  verifierOf,
} from 'tta-observability-integration/learning';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from '../figures/auc.ts';
import { rankingOf } from '../figures/ranking.ts';
import { seededRandom } from '../random.ts';
import { answeredRows } from './__fixtures__/graded.ts';
import { columnsOf, HASH_BITS, learnedFrom, PAIR } from './__fixtures__/learned-verifier.ts';
import { trainVerifierSteps } from './train-verifier.ts';

const rows = answeredRows(400);
const { weights, trust, shares } = learnedFrom(rows);
const verifier = verifierOf(weights);

describe('a learned verifier', () => {
  it('trusts answers that look as good ones did, also to prompts and with numbers that it has not seen', () => {
    const fresh = answeredRows(200, 7);
    const trusted = Float64Array.from(fresh, ({ prompt, answer }) => verifier(prompt, answer));
    const quality = Float64Array.from(fresh, ({ cheap }) => cheap);
    expect(areaUnderCurve(quality, rankingOf(trusted))).toBeGreaterThan(0.85);
  });

  it('gives the same trust, from 0 to 1, once it was saved and loaded, to any prompt and answer', () => {
    const loaded = verifierOf(JSON.stringify(weights));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', maxLength: 300 }), (prompt, answer) => {
        const given = verifier(prompt, answer);
        expect(loaded(prompt, answer)).toBe(given);
        expect(given).toBeGreaterThanOrEqual(0);
        expect(given).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('gives the same trust once it was saved and loaded, whatever it was trained on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 20, max: 60 }), (seed, count) => {
        const some = answeredRows(count, seed);
        const learned = learnedFrom(some, seed).weights;
        const loaded = verifierOf(JSON.stringify(learned));
        for (const { prompt, answer } of some) expect(loaded(prompt, answer)).toBe(verifierOf(learned)(prompt, answer));
      }),
      { numRuns: 5 },
    );
  });

  it('judges a prompt that is known by its hashes only as the prompt itself', () => {
    const { prompt, answer } = rows[3] as (typeof rows)[number];
    const hashed = vectorOfRow(
      gradedRow({ id: 1, features: hashPrompt(prompt, HASH_BITS), m: { small: {} } }),
      HASH_BITS,
    );
    expect(verifier.ofVector(hashed, answer)).toBe(verifier(prompt, answer));
  });

  it.each(['', ' \n', '\ud800', '1 = '.repeat(30_000), 'x'.repeat(200_000)])(
    'takes an answer that is longer, shorter or odder than any it has learned from for the nearest of those',
    (answer) => {
      const trusts = rows.map((row) => verifier('name the capital', row.answer));
      expect(verifier('name the capital', answer)).toBeGreaterThan(Math.min(...trusts) - 0.05);
      expect(verifier('name the capital', answer)).toBeLessThan(Math.max(...trusts) + 0.05);
    },
  );

  it('trusts an answer by half where the strong model is as likely good, and more the less that one is', () => {
    const flat = (bias: number) => ({ bias, weights: [0], mean: [0], deviation: [1] });
    const trust = (cheap: number, strong: number) =>
      trustBy({ range: { low: [0], high: [0] }, chances: { cheap: flat(cheap), strong: flat(strong) } })([0]);
    expect(trust(2, 2)).toBe(0.5);
    expect(trust(0, -Math.log(3))).toBeCloseTo((1 + 0.5 - 0.25) / 2, 10);
    expect(trust(0, Math.log(3))).toBeCloseTo((1 + 0.5 - 0.75) / 2, 10);
  });

  it('knows of an answer whether there is one, its length, and whether its sums are right', () => {
    const names = inputsSeen([{ text: '' }]);
    const known = (text: string) =>
      verifierInputs(names, { cheapChance: 0.5, strongChance: 0.5, byWords: 0.5, cheap: { text } }).map((n) => n + 0);
    const sums = '1 + 1 = 2, 2 + 2 = 5, 3 + 3 = 7, 4 + 4 = 9, 5 + 5 = 0';
    const length = Math.log1p(sums.length);
    expect(known(' ')).toEqual([0, 0, 0, Math.LN2, Math.LN2 ** 2, 1, 0, 0]);
    expect(known(sums)).toEqual([0, 0, 0, length, length ** 2, 0, Math.log1p(5), 3]);
  });

  it('leaves no word of a prompt or an answer in its weights', () => {
    const file = JSON.stringify(weights).toLowerCase();
    for (const word of ['topology', 'country', 'unfortunately', 'unclear', 'settles']) {
      expect(JSON.stringify(rows)).toContain(word);
      expect(file).not.toContain(word);
    }
  });
});

describe('training a verifier', () => {
  it('says of each row what it would whatever the labels of its fold were', () => {
    const { folds } = columnsOf(rows);
    const [fold] = folds;
    const turned = rows.map((row, index) =>
      folds[index] === fold ? { ...row, cheap: 1 - row.cheap, strong: 1 - row.strong } : row,
    );
    const others = learnedFrom(turned).trust;
    for (const [index, value] of trust.entries())
      expect(others[index] === value, `row ${index}`).toBe(folds[index] === fold);
  });

  it('knows nothing of rows of which nothing can be known', () => {
    const aucs = Array.from({ length: 8 }, (_, draw) => {
      const random = seededRandom(draw);
      const noise = answeredRows(300, draw).map((row) => ({
        ...row,
        cheap: Number(random() < 0.6),
        answer: 'as ever',
      }));
      const quality = Float64Array.from(noise, ({ cheap }) => cheap);
      return areaUnderCurve(quality, rankingOf(learnedFrom(noise).trust)) as number;
    });
    expect(aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length).toBeLessThan(0.53);
  });

  it('needs three questions at least', () => {
    const { vectors, qualities } = columnsOf(rows);
    const two = {
      prompts: vectors,
      answers: rows.map(({ answer: text }) => ({ text })),
      qualities,
      folds: Int32Array.from(rows, (_, row) => row % 2),
    };
    expect(() => trainVerifierSteps(two, PAIR, { hashBits: HASH_BITS }).next()).toThrow(
      new RangeError('rows of at least three different questions are needed'),
    );
  });

  it('gives the same verifier for the same rows and seed, and another one for another seed', () => {
    expect(learnedFrom(rows).verifier).toEqual(weights.verifier);
    expect(learnedFrom(rows, 2).verifier).not.toEqual(weights.verifier);
  });

  it('says how far it has come', () => {
    expect(shares).toHaveLength(3 * (5 + 10)); // without each of five folds, and without each two of them
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
  });
});

describe('a verifier in weights', () => {
  const whole = weights.verifier as NonNullable<RoutingWeights['verifier']>;
  const calibration = { target: 0.98, promise: 'shown', choice: 'by_score', threshold: 0.5, rows: 100 };
  const withVerifier = (change: object): unknown => ({ ...weights, verifier: { ...whole, ...change } });

  it('is read with its calibration', () => {
    const parsed = parseWeights(JSON.stringify(withVerifier({ calibration })));
    expect(verifierOf(parsed).calibration).toEqual(calibration);
    expect(verifier.calibration).toBeUndefined();
  });

  it('may be missing in weights, but then there is none to be made', () => {
    const { verifier: _, ...without } = weights;
    expect(() => verifierOf(without)).toThrow(
      new TypeError('these routing weights hold no verifier: `tta router train --verifier` learns one'),
    );
  });

  it.each<[string, unknown, string]>([
    ['no object', { ...weights, verifier: [] }, 'verifier must be an object'],
    [
      'an unknown model',
      withVerifier({ cheap: 'tiny' }),
      'verifier.cheap and verifier.strong must name heads, not "tiny"',
    ],
    ['one model', withVerifier({ strong: 'small' }), 'must be two models'],
    ['no words', withVerifier({ answer: 1 }), 'verifier.answer must be an object'],
    [
      'no scaler',
      withVerifier({ answer: { ...whole.answer, scaler: {} } }),
      'verifier.answer.scaler must hold 32 numbers',
    ],
    [
      'few slots',
      withVerifier({ answer: { ...whole.answer, head: { ...whole.answer?.head, slots: 'AAAA' } } }),
      'verifier.answer.head.slots must be base64 of 1024 bytes',
    ],
    ['other inputs', withVerifier({ inputs: ['length'] }), 'verifier.inputs must name inputs of this version'],
    [
      'inputs in another order',
      withVerifier({ inputs: whole.inputs.toReversed() }),
      'verifier.inputs must name inputs of this version, in their order',
    ],
    [
      'nothing to compare with',
      withVerifier({ inputs: [...whole.inputs, 'agrees'] }),
      'verifier.second must be there if, and only if, verifier.inputs has agrees',
    ],
    [
      'itself to compare with',
      withVerifier({ second: 'small' }),
      'verifier.second must name a third model, not "small"',
    ],
    [
      'words of answers that it never saw',
      withVerifier({ inputs: whole.inputs.filter((name) => name !== 'answerLogit') }),
      'verifier.answer must be there if, and only if, verifier.inputs has answerLogit',
    ],
    ['no range', withVerifier({ range: { low: [] } }), 'verifier.range must hold 8 numbers each in low and high'],
    [
      'a range that is upside down',
      withVerifier({ range: { low: whole.range.high, high: whole.range.low } }),
      'verifier.range.low must not be above verifier.range.high',
    ],
    ['no chances', withVerifier({ chances: null }), 'verifier.chances must be an object'],
    [
      'half of the chances',
      withVerifier({ chances: { cheap: whole.chances.cheap } }),
      'verifier.chances.strong.bias must be a number',
    ],
    ['too many weights', withChance({ weights: Array(9).fill(0) }), 'verifier.chances.cheap.weights must be 8 numbers'],
    ['a mean that is none', withChance({ mean: Array(8).fill(null) }), 'verifier.chances.cheap.mean must be 8 numbers'],
    [
      'a deviation of zero',
      withChance({ deviation: Array(8).fill(0) }),
      'verifier.chances.cheap.deviation must be above 0',
    ],
    ['a calibration of nothing', withVerifier({ calibration: 1 }), 'verifier.calibration must be an object'],
    [
      'a target of 98',
      withVerifier({ calibration: { ...calibration, target: 98 } }),
      'verifier.calibration.target must be in (0, 1]',
    ],
    [
      'a threshold of 2',
      withVerifier({ calibration: { ...calibration, threshold: 2 } }),
      'verifier.calibration.threshold must be from 0 to 1, not 2',
    ],
    [
      'no threshold',
      withVerifier({ calibration: { ...calibration, threshold: null } }),
      'verifier.calibration.threshold must be a number',
    ],
  ])('with %s is refused in one sentence', (_, json, problem) => {
    expect(() => verifierOf(JSON.stringify(json))).toThrow(TypeError);
    expect(() => verifierOf(JSON.stringify(json))).toThrow(
      `these routing weights cannot be used: ${problem}`.slice(0, 38),
    );
    expect(() => verifierOf(JSON.stringify(json))).toThrow(problem);
  });

  function withChance(change: object): unknown {
    return withVerifier({ chances: { ...whole.chances, cheap: { ...whole.chances.cheap, ...change } } });
  }
});
