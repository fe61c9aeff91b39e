import {
  chanceBy,
  gainOf,
  gradedRow,
  parseWeights,
  predictor,
  questionOf,
  vectorOf,
} from 'tta-observability-integration/learning';
import { describe, expect, it } from 'vitest';
import { inventedRows } from './__fixtures__/graded.ts';
import { crossFit } from './cross-fit.ts';
import { foldsOf } from './folds.ts';
import { fitLogistic } from './logistic.ts';
import { trainWeights } from './train.ts';

const HASH_BITS = 12;
const rows = inventedRows(600);
const vectors = rows.map(({ prompt }) => vectorOf(prompt, HASH_BITS));
const qualities = {
  small: Float64Array.from(rows, ({ cheap }) => cheap),
  large: Float64Array.from(rows, ({ strong }) => strong),
};
const weights = trainWeights(vectors, qualities, { hashBits: HASH_BITS });

describe('training', () => {
  it('learns which prompts the cheap model answers well', () => {
    const { predict } = predictor(weights);
    const hard = predict('prove the lemma about topology');
    const easy = predict('name the capital of a country');
    expect(gainOf(hard, 'small', 'large')).toBeGreaterThan(gainOf(easy, 'small', 'large') + 0.2);
  });

  it('gives the same weights for the same rows and seed, and other ones for another seed', () => {
    expect(trainWeights(vectors, qualities, { hashBits: HASH_BITS })).toEqual(weights);
    expect(trainWeights(vectors, qualities, { hashBits: HASH_BITS, seed: 2 })).not.toEqual(weights);
  });

  it('gives weights that can be read, and that hold no word of a prompt', () => {
    const json = JSON.stringify(weights);
    expect(parseWeights(json)).toEqual(weights);
    const file = json.replaceAll(/"slots":"[^"]*"/g, ''); // base64 of numbers may hold any three letters
    for (const word of ['lemma', 'topology', 'country', 'about', 'name']) expect(file).not.toContain(word);
  });

  it('learns nothing of a model from rows in which nobody graded it', () => {
    const some = qualities.small.map((quality, row) => (row < 300 ? quality : Number.NaN));
    const halved = trainWeights(vectors, { small: some }, { hashBits: HASH_BITS });
    expect(halved.heads['small']?.bias).toEqual(expect.any(Number));
    expect(() => trainWeights(vectors, { small: some.map(() => Number.NaN) }, { hashBits: HASH_BITS })).toThrow(
      new RangeError('no answer of small has been graded'),
    );
    expect(() => trainWeights([], {}, { hashBits: HASH_BITS })).toThrow(RangeError);
  });

  it('says how far it has come', () => {
    const shares: number[] = [];
    trainWeights(vectors, qualities, { hashBits: HASH_BITS, onProgress: (share) => shares.push(share) });
    expect(shares).toEqual([0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]);
  });
});

describe('cross-fitting', () => {
  const folds = foldsOf(
    rows.map(({ prompt }, index) => questionOf(gradedRow({ id: index, prompt, m: { a: {} } }))),
    5,
  );

  it('predicts a row by weights that have not seen it', () => {
    const row = 7;
    const chances = crossFit(vectors, qualities, folds, { hashBits: HASH_BITS });
    const turned = qualities.small.map((quality, index) => (index === row ? 1 - quality : quality));
    const others = crossFit(vectors, { ...qualities, small: turned }, folds, { hashBits: HASH_BITS });
    expect(others['small']?.[row]).toBe(chances['small']?.[row]);
    expect(others['small']).not.toEqual(chances['small']);
  });

  it('keeps copies of a question together, and deals the others out evenly', () => {
    expect(foldsOf([5, 9, 5, 5], 3).filter((_, index) => index !== 1)).toEqual(
      new Int32Array(3).fill(foldsOf([5], 3)[0] as number),
    );
    const sizes = Array.from({ length: 5 }, (_, fold) => folds.filter((one) => one === fold).length);
    for (const size of sizes) expect(size).toBeGreaterThan(80);
  });

  it('needs two questions at least', () => {
    expect(() => crossFit(vectors, qualities, new Int32Array(600), { hashBits: HASH_BITS })).toThrow(RangeError);
  });
});

describe('a logistic regression on a few numbers', () => {
  it('finds the chances that gave the targets', () => {
    const inputs = Array.from({ length: 2_000 }, (_, index) => [(index % 20) / 10 - 1, 7]);
    const truth = (x: number): number => 1 / (1 + Math.exp(-(0.5 + 2 * x)));
    const targets = Float64Array.from(inputs, ([x]) => truth(x as number));
    const chance = chanceBy(fitLogistic(inputs, targets));
    for (const x of [-1, 0, 0.9]) expect(chance([x, 7])).toBeCloseTo(truth(x), 1);
  });
});
