import { recordingObserver } from 'tta-dev-primitives/testing';
import {
  FEATURE_NAMES,
  gainOf,
  packSlots,
  predictor,
  type RoutingWeights,
  type ScoreHistogram,
} from 'tta-observability-integration/learning';
import { describe, expect, it } from 'vitest';
import { histogramOf } from '../figures/drift.ts';
import { seededRandom } from '../random.ts';
import { ScoreDriftPrimitive } from './score-drift-primitive.ts';

const HASH_BITS = 8;

/** Weights that look at one feature only, the length of a prompt: the small model is worse the longer it is. */
function weightsOf(scores?: ScoreHistogram): RoutingWeights {
  const features = (perLength: number): number[] =>
    FEATURE_NAMES.map((name) => (name === 'logCharacters' ? perLength : 0));
  const head = (perLength: number) => ({
    bias: 3,
    features: features(perLength),
    ...packSlots(new Float32Array(2 ** HASH_BITS)),
  });
  return {
    version: 1,
    hashBits: HASH_BITS,
    features: [...FEATURE_NAMES],
    scaler: { mean: features(0), deviation: FEATURE_NAMES.map(() => 1) },
    heads: { mini: head(-1), max: head(0) },
    calibration: {
      cheap: 'mini',
      strong: 'max',
      target: 0.98,
      promise: 'shown',
      choice: 'by_score',
      threshold: 0.2,
      rows: 500,
      ...(scores === undefined ? {} : { scores }),
    },
  };
}

const random = seededRandom(1);
const prompt = (longest: number): string => 'x'.repeat(2 + Math.floor(random() * longest));
const prompts = (count: number, longest: number): string[] => Array.from({ length: count }, () => prompt(longest));

const { predict } = predictor(weightsOf());
const weights = weightsOf(
  histogramOf(Float64Array.from(prompts(2_000, 40), (text) => gainOf(predict(text), 'mini', 'max'))),
);

const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function send(watched: ScoreDriftPrimitive<string, string>, texts: readonly string[]): Promise<void> {
  for (const text of texts) await watched.execute(text);
  await drained();
}

const watch = (options: object = {}) =>
  new ScoreDriftPrimitive<string, string>((text) => text.toUpperCase(), { weights, window: 500, ...options });

describe('a watch on score drift', () => {
  it('says nothing before its window is full, and then that traffic like that of the calibration is stable', async () => {
    using recording = recordingObserver();
    const watched = watch();
    await send(watched, prompts(499, 40));
    expect(watched.getStats()).toMatchObject({ total: 499, scored: 499, index: null, state: null });
    await send(watched, prompts(1, 40));
    expect(watched.getStats()).toMatchObject({ scored: 500, state: 'stable' });
    expect(recording.factsOf('scoreDrift.state')).toEqual(['stable']);
  });

  it('tells once that longer prompts are another traffic, and once that it is as before', async () => {
    using recording = recordingObserver();
    const watched = watch();
    await send(watched, prompts(500, 40));
    await send(watched, prompts(500, 400));
    expect(watched.getStats().state).toBe('major');
    expect(watched.getStats().index).toBeGreaterThan(0.25);
    await send(watched, prompts(500, 40));
    expect(watched.getStats().state).toBe('stable');
    const states = recording.factsOf('scoreDrift.state');
    expect(states.filter((state) => state === 'major')).toHaveLength(1);
    expect(states.at(-1)).toBe('stable');
    expect(recording.factsOf('scoreDrift.index')).toHaveLength(21); // each tenth of a window
  });

  it('scores one request in so many', async () => {
    const watched = watch({ every: 10 });
    await send(watched, prompts(100, 40));
    expect(watched.getStats()).toMatchObject({ total: 100, scored: 10 });
  });

  it('gives the caller its answer, whatever the prompt', async () => {
    const watched = watch({
      promptOf: () => {
        throw new Error('no');
      },
    });
    expect(await watched.execute('x')).toBe('X');
    await drained();
    expect(watched.getStats()).toMatchObject({ scored: 0, unscored: 1 });
  });

  it('refuses weights without a histogram, and options that cannot be', () => {
    expect(() => watch({ weights: weightsOf() })).toThrow(
      'ScoreDriftPrimitive: the weights hold no histogram of scores; run `tta router calibrate`',
    );
    expect(() => watch({ window: 10 })).toThrow('ScoreDriftPrimitive: window must be a whole number at least 200');
    expect(() => watch({ every: 0 })).toThrow('ScoreDriftPrimitive: every must be');
  });
});
