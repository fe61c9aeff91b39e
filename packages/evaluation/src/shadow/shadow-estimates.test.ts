import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { type Answer, answerOf } from './__fixtures__/models.ts';
import type { ComparisonRow } from './comparison.ts';
import { controlOf } from './control.ts';
import { qualityRetained } from './retained.ts';
import { ShadowPrimitive } from './shadow-primitive.ts';

const CHEAP = { model: 'gpt-4o-mini' };
const STRONG = { model: 'gpt-4o' };

interface Request {
  /** Whether the cheap model, and the strong one, answer it well. */
  readonly cheap: boolean;
  readonly strong: boolean;
  readonly route: 'cheap' | 'strong';
}

const answer = (isGood: boolean, model: string): Answer => answerOf(isGood ? 'good' : 'bad', model);

/** Shadows a router that does what each request says. */
async function shadowed(requests: readonly Request[], options: object = {}) {
  const cheap = (request: Request): Answer => answer(request.cheap, CHEAP.model);
  const strong = (request: Request): Answer => answer(request.strong, STRONG.model);
  const shadow = new ShadowPrimitive<Request, Answer>(
    (request) => (request.route === 'cheap' ? cheap : strong)(request),
    {
      baseline: { step: strong, ...STRONG },
      cheap: { step: cheap, ...CHEAP },
      share: 1,
      maxPerMinute: 100_000,
      maxPending: 1_000,
      grade: (one, other) => ({ answer: one.text === 'good' ? 1 : 0, baseline: other.text === 'good' ? 1 : 0 }),
      ...options,
    },
  );
  for (const request of requests) await shadow.execute(request);
  await shadow.settled();
  return shadow;
}

const random = seededRandom(7);
const hard = Array.from({ length: 600 }, () => random() < 0.4);
/** The cheap model fails on hard requests; the strong one on none. */
const routed = (send: (isHard: boolean) => boolean): Request[] =>
  hard.map((isHard) => ({ cheap: !isHard, strong: true, route: send(isHard) ? 'strong' : 'cheap' }));

describe('the estimates of a shadow', () => {
  it('say that a promise is kept once the interval lies above it', async () => {
    const stats = (await shadowed(routed((isHard) => isHard))).getStats();
    expect(stats.retained.share).toBe(1);
    expect(stats.retained.low).toBeCloseTo(1 - 3 / 600, 9);
    expect(stats).toMatchObject({ comparisons: 600, promise: 'kept', isConclusive: true });
  });

  it('say that a promise is broken once the interval lies below it', async () => {
    const stats = (await shadowed(routed(() => false))).getStats();
    expect(stats.retained.high).toBeLessThan(0.7);
    expect(stats.promise).toBe('broken');
  });

  it('leave open what cannot be told yet', async () => {
    const stats = (await shadowed(routed((isHard) => isHard).slice(0, 110))).getStats();
    expect(stats.retained.share).toBe(1); // but 3 of 110 might still be lost, and 98 % are promised
    expect(stats).toMatchObject({ promise: 'open', isConclusive: false });
  });

  it('cover the true share about as often as they say', () => {
    const draw = seededRandom(3);
    let covered = 0;
    for (let time = 0; time < 400; time += 1) {
      const rows = Array.from({ length: 300 }, () => {
        const isGood = draw() < 0.9;
        return { baseline: isGood ? 1 : 0, answer: draw() < (isGood ? 0.95 : 0.2) ? 1 : 0 };
      });
      const { low, high } = qualityRetained(rows);
      const truth = (0.9 * 0.95 + 0.1 * 0.2) / 0.9;
      if ((low as number) <= truth && truth <= (high as number)) covered += 1;
    }
    expect(covered / 400).toBeGreaterThan(0.92);
    expect(covered / 400).toBeLessThan(0.99);
  });

  it('are of nothing while the baseline has answered nothing well', () => {
    expect(qualityRetained([])).toEqual({ share: null, low: null, high: null });
    expect(qualityRetained([{ answer: 1, baseline: 0 }])).toEqual({ share: null, low: null, high: null });
  });

  it('say that a router which knows better beats chance at the same spend', async () => {
    const knowing = (await shadowed(routed((isHard) => isHard))).getStats().control;
    expect(knowing).toMatchObject({ beatsChance: true });
    expect(knowing?.lift).toBeGreaterThan(15);
  });

  it('say of a coin that it beats chance as rarely as a 95 % interval may', () => {
    const draw = seededRandom(11);
    const beaten = Array.from({ length: 80 }, () =>
      Array.from({ length: 200 }, (): ComparisonRow => {
        const [isFromBaseline, quality] = [draw() < 0.4, draw() < 0.6 ? 1 : 0];
        const cheap = { quality, costUsd: 0.1 };
        const [answer, answerUsd] = isFromBaseline ? [1, 1] : [quality, 0.1];
        return { isFromBaseline, answer, baseline: 1, answerUsd, baselineUsd: 1, cheap };
      }),
    ).filter((rows) => controlOf(rows, 100)?.beatsChance === true);
    expect(beaten.length).toBeLessThan(8);
  });

  it('have no control without the cheap answers of what went to the baseline', async () => {
    expect(
      (
        await shadowed(
          routed((isHard) => isHard),
          { cheap: undefined },
        )
      ).getStats().control,
    ).toBeUndefined();
  });

  it('warn once of a baseline that is worse and dearer', async () => {
    using recording = recordingObserver();
    const requests = hard.map((isHard): Request => ({ cheap: true, strong: !isHard, route: 'cheap' }));
    const { dominated } = (await shadowed(requests)).getStats();
    expect(dominated).toMatchObject({ model: 'baseline', by: 'routed' });
    expect(dominated?.betterLow).toBeGreaterThan(0);
    expect(dominated?.costShare).toBeLessThan(100);
    expect(recording.factsOf('shadow.dominated')).toEqual(['baseline']);
  });

  it('warn of no baseline that is better, however dear', async () => {
    expect((await shadowed(routed(() => false))).getStats().dominated).toBeUndefined();
  });

  it('are made of the newest comparisons only, and hold no more', async () => {
    const requests: Request[] = [
      ...Array.from({ length: 50 }, (): Request => ({ cheap: false, strong: true, route: 'cheap' })),
      ...Array.from({ length: 20 }, (): Request => ({ cheap: true, strong: true, route: 'cheap' })),
    ];
    const { comparisons, retained, outcomes } = (
      await shadowed(requests, { window: 20, minComparisons: 10 })
    ).getStats();
    expect(comparisons).toBe(20);
    expect(retained.share).toBe(1);
    expect(outcomes.compared).toBe(70);
  });
});
