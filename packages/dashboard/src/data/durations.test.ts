import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Durations } from './durations.ts';

it('knows no quantile of nothing', () => {
  expect(new Durations().quantile(0.5)).toBeNull();
});

it('gives quantiles within 1.6 %, and exact ones below 128 ms', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1 }),
      fc.constantFrom(0.5, 0.95),
      (all, share) => {
        const durations = new Durations();
        for (const ms of all) durations.add(ms);
        const exact = all.toSorted((one, other) => one - other)[Math.ceil(share * all.length) - 1] as number;
        const found = durations.quantile(share) as number;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact < 128 ? 0 : exact * 0.016);
      },
    ),
  );
});

it('adds up: the parts of a period together give the quantiles of the whole', () => {
  const [one, other, whole] = [new Durations(), new Durations(), new Durations()];
  for (const ms of [1, 5, 900]) one.add(ms);
  for (const ms of [2, 70_000]) other.add(ms);
  for (const ms of [1, 5, 900, 2, 70_000]) whole.add(ms);
  one.merge(other);
  expect([one.total, one.quantile(0.5), one.quantile(0.95)]).toEqual([5, whole.quantile(0.5), whole.quantile(0.95)]);
});

it('counts what is longer than six hours, or less than nothing, at the ends', () => {
  const durations = new Durations();
  durations.add(-5);
  durations.add(Number.MAX_SAFE_INTEGER);
  expect([durations.quantile(0.5), durations.total]).toEqual([0, 2]);
  expect(durations.quantile(1)).toBeGreaterThan(16_000_000);
});
