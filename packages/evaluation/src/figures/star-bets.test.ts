import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { leastRows, rowsWithoutLoss } from './rows-needed.ts';
import { isCertified } from './star-bets.ts';

/** How often a mean is called positive, of so many samples of so many values. */
function shareCertified(samples: number, rows: number, draw: () => number, lowest: number, alpha: number): number {
  let certified = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    if (isCertified(Float64Array.from({ length: rows }, draw), lowest, alpha)) certified += 1;
  }
  return certified / samples;
}

describe('a betting test', () => {
  it.each([
    [0.02, 400],
    [0.05, 60],
    [0.01, 1_000],
  ])('calls a mean of 0 positive in no more than alpha of all samples (loss rate %d, %d rows)', (rate, rows) => {
    const random = seededRandom(rows);
    const draw = (): number => (random() < rate ? 0 : 1) - (1 - rate);
    const [samples, alpha] = [4_000, 0.05];
    const error = Math.sqrt((alpha * (1 - alpha)) / samples);
    expect(shareCertified(samples, rows, draw, 1 - rate, alpha)).toBeLessThan(alpha + 3 * error);
  });

  it('finds a mean above 0 with enough rows, of graded values too', () => {
    const random = seededRandom(2);
    const graded = (): number => 0.06 + (random() - 0.5);
    expect(shareCertified(200, 3_000, graded, 0.9, 0.025)).toBeGreaterThan(0.95);
  });

  it('needs as many rows without a loss as published for a level of 5 %', () => {
    expect([0.95, 0.98, 0.99].map((target) => rowsWithoutLoss(target, 0.05))).toEqual([66, 167, 334]);
    expect([0.95, 0.98, 0.99, 1].map(leastRows)).toEqual([59, 149, 299, 1]);
    expect(rowsWithoutLoss(1, 0.05)).toBeUndefined();
  });
});
