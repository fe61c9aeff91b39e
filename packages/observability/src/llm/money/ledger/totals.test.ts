import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from './entry.ts';
import { AmountSums, type LedgerAmounts } from './totals.ts';

/** What one request cost, and what was saved. */
interface Amounts {
  readonly costUsd: number | null;
  readonly savedUsd?: LedgerEntry['savedUsd'];
}

function sumsOf(amounts: readonly Amounts[]): LedgerAmounts {
  const sums = new AmountSums();
  for (const { costUsd, savedUsd = {} } of amounts) {
    sums.request();
    sums.attempt({ costUsd });
    sums.saved(savedUsd);
  }
  return sums.snapshot();
}

const money = fc.double({ min: -10, max: 1_000, noNaN: true });
const amounts = fc.record({
  costUsd: money,
  savedUsd: fc.record({ cache: money, coalescing: money, routing: money, cascade: money }, { requiredKeys: [] }),
});

describe('AmountSums', () => {
  it('adds up spend, savings by cause and the baseline', () => {
    const sums = sumsOf([
      { costUsd: 0.25, savedUsd: { routing: 1 } },
      { costUsd: 0, savedUsd: { cache: 0.25, routing: 1 } },
      { costUsd: 0, savedUsd: { coalescing: 0.5 } },
      { costUsd: 2 },
    ]);
    expect(sums).toMatchObject({
      requests: 4,
      spendUsd: 2.25,
      baselineUsd: 5,
      savedUsd: 2.75,
      realisedUsd: 0.75,
      estimatedUsd: 2,
      savedByCause: { cache: 0.25, coalescing: 0.5, routing: 2 },
    });
  });

  it('keeps losses as savings below zero, and what was wasted as a part of the spend', () => {
    const sums = new AmountSums();
    sums.attempt({ costUsd: 3, wastedBecause: 'failed' });
    sums.saved({ routing: -2 });
    expect(sums.snapshot()).toMatchObject({ spendUsd: 3, savedUsd: -2, baselineUsd: 1, wastedUsd: 3 });
  });

  it('counts what is unknown, and adds it to no sum', () => {
    const sums = new AmountSums();
    sums.request(1);
    sums.attempt({ costUsd: null });
    expect(sums.snapshot()).toMatchObject({ spendUsd: 0, baselineUsd: 0, unpriced: 1 });
  });

  it('keeps spend and saving equal to the baseline, whatever is recorded', () => {
    fc.assert(
      fc.property(fc.array(amounts, { maxLength: 200 }), (given) => {
        const { spendUsd, savedUsd, baselineUsd } = sumsOf(given);
        expect(Math.abs(spendUsd + savedUsd - baselineUsd)).toBeLessThan(1e-9);
      }),
    );
  });

  it('loses no billionth of a dollar over a million small amounts beside a large one', () => {
    const sums = new AmountSums();
    sums.attempt({ costUsd: 1e6 });
    for (let request = 0; request < 1_000_000; request += 1) sums.attempt({ costUsd: 1e-7 });
    expect(Math.abs(sums.snapshot().spendUsd - 1_000_000.1)).toBeLessThan(1e-9);
  });
});
