import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Backoff, constantBackoff, decorrelatedBackoff, exponentialBackoff } from './backoff.ts';

const half = (): number => 0.5;

function wait(backoff: Backoff, failures: number, { previousMs = 0, maxDelayMs = 60_000, random = half } = {}): number {
  return backoff({ failures, previousMs, maxDelayMs, random });
}

describe('backoffs', () => {
  it('double from the first wait, and draw anywhere below', () => {
    expect([1, 2, 3].map((failures) => wait(exponentialBackoff({ initialMs: 100 }), failures))).toEqual([50, 100, 200]);
  });

  it('grow by a factor of their own, without jitter', () => {
    const backoff = exponentialBackoff({ initialMs: 100, factor: 3, jitter: 'none' });
    expect([1, 2, 3].map((failures) => wait(backoff, failures))).toEqual([100, 300, 900]);
  });

  it('draw from the upper half of the wait with equal jitter', () => {
    const backoff = exponentialBackoff({ initialMs: 100, jitter: 'equal' });
    const draws = [0, 0.5, 1].map((draw) => wait(backoff, 2, { random: () => draw }));
    expect(draws).toEqual([100, 150, 200]);
  });

  it('stay the same', () => {
    expect(wait(constantBackoff(70), 9)).toBe(70);
  });

  it('draw between the first wait and three times the one before', () => {
    const backoff = decorrelatedBackoff({ initialMs: 100 });
    expect(wait(backoff, 1)).toBe(200);
    expect(wait(backoff, 2, { previousMs: 200 })).toBe(350);
  });

  it('R6 draw below the maximum, so that capped waits do not march in step', () => {
    expect(wait(exponentialBackoff({ initialMs: 100 }), 30, { maxDelayMs: 1_000 })).toBe(500);
  });

  it('R6 are numbers between 0 and the maximum, however many attempts have failed', () => {
    const backoffs = [exponentialBackoff(), exponentialBackoff({ jitter: 'none' }), decorrelatedBackoff()];
    const draws = [0, 0.5, 0.999_999];
    fc.assert(
      fc.property(
        fc.constantFrom(...backoffs),
        fc.integer({ min: 1, max: 5_000 }),
        fc.constantFrom(500, 1_000, 60_000),
        fc.constantFrom(...draws),
        fc.constantFrom(0, 700, Number.MAX_VALUE),
        (backoff, failures, maxDelayMs, draw, previousMs) => {
          const delayMs = wait(backoff, failures, { previousMs, maxDelayMs, random: () => draw });
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(maxDelayMs);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('are numbers also without a maximum', () => {
    const noMaximum = { maxDelayMs: Infinity, random: () => 0 };
    expect(wait(exponentialBackoff(), 5_000, noMaximum)).toBe(0);
    expect(wait(decorrelatedBackoff(), 5_000, { ...noMaximum, previousMs: Number.MAX_VALUE })).toBe(500);
  });
});
