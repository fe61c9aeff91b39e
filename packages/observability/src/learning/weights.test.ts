import { describe, expect, it } from 'vitest';
import { FEATURE_NAMES } from './features.ts';
import { chosenModel, gainOf, predictor } from './inference.ts';
import { packQuestions } from './question-set.ts';
import { packSlots, unpackSlots } from './slot-weights.ts';
import { type PromptVector, vectorOf } from './text/vector.ts';
import { parseWeights, type RoutingCalibration, type RoutingWeights, type TrainingRecord } from './weights.ts';

const HASH_BITS = 10;
const zeros = (): number[] => FEATURE_NAMES.map(() => 0);

function weightsWith(slots: Float32Array, bias = 0, calibration?: RoutingCalibration): RoutingWeights {
  const head = { bias, features: zeros(), ...packSlots(slots) };
  const flat = { bias: 0, features: zeros(), ...packSlots(new Float32Array(2 ** HASH_BITS)) };
  return {
    version: 1,
    hashBits: HASH_BITS,
    features: [...FEATURE_NAMES],
    scaler: { mean: zeros(), deviation: FEATURE_NAMES.map(() => 1) },
    heads: { small: head, large: flat },
    ...(calibration && { calibration }),
  };
}

const calibration: RoutingCalibration = {
  cheap: 'small',
  strong: 'large',
  target: 0.98,
  promise: 'shown',
  choice: 'by_score',
  threshold: 0.1,
  rows: 500,
};
const weights = weightsWith(new Float32Array(2 ** HASH_BITS), 0, calibration);

const training: TrainingRecord = {
  rows: 3,
  seed: 1,
  questions: packQuestions([1, 2, 3]),
  chances: { small: { edges: [0.5], shares: [0.5, 0.5] } },
};

describe('routing weights', () => {
  it('say what they were trained and calibrated on', () => {
    const told = { ...weights, training, calibration: { ...calibration, questions: packQuestions([]) } };
    expect(parseWeights(JSON.stringify(told))).toEqual(told);
  });

  it('are read from their own JSON', () => {
    expect(parseWeights(JSON.stringify(weights))).toEqual(weights);
    expect(parseWeights(weights)).toBe(weights);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'they are not JSON'],
    ['a list', '[]', 'they must be a JSON object'],
    ['another version', { ...weights, version: 2 }, 'version must be 1, not 2'],
    ['too many slots', { ...weights, hashBits: 40 }, 'hashBits must be a whole number from 8 to 20, not 40'],
    ['other features', { ...weights, features: ['length'] }, 'features must name the 32 features of this version'],
    ['no scaler', { ...weights, scaler: {} }, 'scaler must hold 32 numbers each'],
    [
      'a deviation of zero',
      { ...weights, scaler: { mean: zeros(), deviation: zeros() } },
      'scaler.deviation must be above 0',
    ],
    ['no model', { ...weights, heads: {} }, 'heads must hold at least one model'],
    ['a head without bias', withHead({ bias: null }), 'heads["small"].bias must be a number'],
    ['a head without features', withHead({ features: [1] }), 'heads["small"].features must be 32 numbers'],
    ['a negative scale', withHead({ scale: -1 }), 'heads["small"].scale must be 0 or more'],
    ['too few slots', withHead({ slots: 'AAAA' }), 'heads["small"].slots must be base64 of 1024 bytes'],
    ['an unknown model', withCalibration({ cheap: 'tiny' }), 'must name heads, not "tiny"'],
    ['a target of 98', withCalibration({ target: 98 }), 'calibration.target must be in (0, 1]'],
    ['a missing threshold', withCalibration({ threshold: null }), 'calibration.threshold must be a number'],
    ['a needless threshold', withCalibration({ choice: 'always_strong' }), 'calibration.threshold must be null'],
    ['an unknown choice', withCalibration({ choice: 'maybe' }), 'always_strong or always_cheap, not "maybe"'],
    ['half a histogram', withCalibration({ scores: { edges: [0], shares: [1] } }), 'one share more than edges'],
    [
      'a calibration on questions that are none',
      withCalibration({ questions: 'A' }),
      'calibration.questions must be base64',
    ],
    [
      'training on half a row',
      { ...weights, training: { ...training, rows: 0.5 } },
      'training.rows must be a whole number',
    ],
    [
      'training on no questions',
      { ...weights, training: { ...training, questions: null } },
      'training.questions must be base64',
    ],
    [
      'training without histograms',
      { ...weights, training: { ...training, chances: [] } },
      'a histogram for each model',
    ],
    ['falling edges', withCalibration({ scores: { edges: [1, 0], shares: [0, 0, 1] } }), 'rising edges'],
  ])('with %s are refused in one sentence', (_, json, problem) => {
    expect(() => parseWeights(json)).toThrow(TypeError);
    expect(() => parseWeights(json)).toThrow(`these routing weights cannot be used: ${problem}`.split(': ')[0]);
    expect(() => parseWeights(json)).toThrow(problem);
  });
});

function withHead(change: object): unknown {
  return { ...weights, heads: { ...weights.heads, small: { ...weights.heads['small'], ...change } } };
}

function withCalibration(change: object): unknown {
  return { ...weights, calibration: { ...calibration, ...change } };
}

describe('a predictor', () => {
  it('gives the logistic of bias, slots and features', () => {
    const slots = new Float32Array(2 ** HASH_BITS);
    const { slots: used, values } = vectorOf('integral', HASH_BITS);
    slots[used[0] as number] = 2;
    const { models, predict } = predictor(weightsWith(slots, -1));
    expect(models).toEqual(['small', 'large']);
    expect(values).toEqual(Float32Array.of(1));
    expect(predict('integral')['small']).toBeCloseTo(1 / (1 + Math.exp(1 - 2)), 6);
    expect(predict('integral')['large']).toBe(0.5);
  });

  it('clips what is far from the usual', () => {
    const head = { bias: 0, features: [1, ...zeros().slice(1)], ...packSlots(new Float32Array(2 ** HASH_BITS)) };
    const { predictVector } = predictor({ ...weights, heads: { small: head } });
    const vector: PromptVector = {
      slots: new Int32Array(),
      values: new Float32Array(),
      features: Float64Array.from(FEATURE_NAMES, () => 1e9),
    };
    expect(predictVector(vector)['small']).toBeCloseTo(1 / (1 + Math.exp(-4)), 10);
  });

  it.each(['', ' \n', '\ud800', '日本語', '😀', 'x'.repeat(100_000), '$\\{'.repeat(9_000)])(
    'says something of any text',
    (prompt) => {
      for (const chance of Object.values(predictor(weights).predict(prompt))) expect(chance).toBe(0.5);
    },
  );
});

describe('a calibrated choice', () => {
  it('takes the strong model above the threshold only', () => {
    expect(gainOf({ small: 0.5, large: 0.75 }, 'small', 'large')).toBe(0.25);
    expect(chosenModel({ ...calibration, threshold: 0.25 }, { small: 0.5, large: 0.75 })).toBe('small');
    expect(chosenModel({ ...calibration, threshold: 0.24 }, { small: 0.5, large: 0.75 })).toBe('large');
  });

  it('follows a calibration that always takes the same model', () => {
    const chances = { small: 0, large: 1 };
    expect(chosenModel({ ...calibration, choice: 'always_cheap', threshold: null }, chances)).toBe('small');
    expect(chosenModel({ ...calibration, choice: 'always_strong', threshold: null }, chances)).toBe('large');
  });
});

describe('packed slots', () => {
  it('keep the square root of each weight to within half a level', () => {
    const original = Float32Array.from({ length: 256 }, (_, slot) => ((slot - 128) / 128) ** 3);
    for (const [slot, kept] of unpackSlots(packSlots(original)).entries()) {
      const weight = original[slot] as number;
      expect(Math.abs(Math.sqrt(Math.abs(kept)) - Math.sqrt(Math.abs(weight)))).toBeLessThanOrEqual(0.5 / 127 + 1e-6);
      if (Math.abs(weight) > 1e-4) expect(Math.sign(kept)).toBe(Math.sign(weight));
    }
  });
});
