import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MoneyEntry, MoneySums } from './money-sums.ts';

const money = fc.double({ min: -10, max: 1_000, noNaN: true });
const known = fc.record({
  costUsd: money,
  savedUsd: fc.record({ cache: money, coalesced: money, route: money }, { requiredKeys: [] }),
});

function ledgerOf(entries: readonly MoneyEntry[]): MoneySums {
  const ledger = new MoneySums();
  for (const entry of entries) ledger.record(entry);
  return ledger;
}

describe('MoneySums', () => {
  it('adds up spend, savings by source and the baseline', () => {
    const ledger = ledgerOf([
      { costUsd: 0.25, savedUsd: { route: 1 } },
      { costUsd: 0, savedUsd: { cache: 0.25, route: 1 } },
      { costUsd: 0, savedUsd: { coalesced: 0.5 } },
      { costUsd: 2 },
    ]);
    expect(ledger.snapshot()).toEqual({
      spendUsd: 2.25,
      baselineUsd: 5,
      savedUsd: 2.75,
      savedBySource: { cache: 0.25, coalesced: 0.5, route: 2 },
      entries: 4,
      unpriced: 0,
    });
  });

  it('keeps losses as savings below zero', () => {
    const { savedUsd, baselineUsd } = ledgerOf([{ costUsd: 3, savedUsd: { route: -2 } }]).snapshot();
    expect({ savedUsd, baselineUsd }).toEqual({ savedUsd: -2, baselineUsd: 1 });
  });

  it('counts what it cannot price once per entry, and adds it to no sum', () => {
    const ledger = ledgerOf([
      { costUsd: null, savedUsd: { route: null } },
      { costUsd: 1, savedUsd: { route: null } },
      { costUsd: Number.NaN },
      { costUsd: 1, savedUsd: { cache: Infinity } },
    ]);
    expect(ledger.snapshot()).toMatchObject({ spendUsd: 2, baselineUsd: 2, savedUsd: 0, entries: 4, unpriced: 4 });
  });

  it('gives snapshots that later entries do not change', () => {
    const ledger = ledgerOf([{ costUsd: 1 }]);
    const before = ledger.snapshot();
    ledger.record({ costUsd: 1, savedUsd: { cache: 1 } });
    expect(before).toMatchObject({ spendUsd: 1, savedUsd: 0 });
    expect(Object.isFrozen(before) && Object.isFrozen(before.savedBySource)).toBe(true);
  });

  it('keeps spend and saving equal to the baseline, whatever is recorded', () => {
    fc.assert(
      fc.property(fc.array(known, { maxLength: 200 }), (entries) => {
        const { spendUsd, savedUsd, baselineUsd } = ledgerOf(entries).snapshot();
        expect(Math.abs(spendUsd + savedUsd - baselineUsd)).toBeLessThan(1e-9);
      }),
    );
  });

  it('loses no billionth of a dollar over a million small entries beside a large one', () => {
    const ledger = ledgerOf([{ costUsd: 1e6, savedUsd: { route: 1e6 } }]);
    for (let entry = 0; entry < 1_000_000; entry += 1) ledger.record({ costUsd: 1e-7, savedUsd: { route: 3e-7 } });
    const { spendUsd, savedUsd, baselineUsd } = ledger.snapshot();
    expect(Math.abs(spendUsd - 1_000_000.1)).toBeLessThan(1e-9);
    expect(Math.abs(spendUsd + savedUsd - baselineUsd)).toBeLessThan(1e-9);
  });
});
