import { hash } from 'node:crypto';
import { wilson } from 'tta-dev-primitives/internal';
import { describe, expect, it } from 'vitest';
import { RepeatTable } from './repeat-table.ts';

const digest = (text: string): string => hash('sha256', text, 'base64url');

describe('a table of repeats', () => {
  it('knows what was stored for as long as each life lasts', () => {
    const table = new RepeatTable(100, [10, 100]);
    expect(table.lookUp(digest('a'), 0)).toEqual([false, false]);
    table.store(digest('a'), 0);
    expect(table.lookUp(digest('a'), 9)).toEqual([true, true]);
    expect(table.lookUp(digest('a'), 10)).toEqual([false, true]);
    expect(table.lookUp(digest('b'), 10)).toEqual([false, false]);
  });

  it('gives up what was unused for longest, and counts it, when there is no room', () => {
    const table = new RepeatTable(8, [1_000]);
    for (let index = 0; index < 9; index += 1) table.store(digest(String(index)), index);
    expect(table.lookUp(digest('0'), 10)).toEqual([false]);
    expect(table.lookUp(digest('8'), 10)).toEqual([true]);
    expect(table.forgotten).toBe(1);
  });

  it('does not count what it gives up after its life', () => {
    const table = new RepeatTable(8, [1]);
    for (let index = 0; index < 20; index += 1) table.store(digest(String(index)), index * 10);
    expect(table.forgotten).toBe(0);
  });

  it('holds many requests without taking one for another', () => {
    const table = new RepeatTable(100_000, [1_000]);
    for (let index = 0; index < 20_000; index += 1) table.store(digest(`stored ${index}`), 1);
    const strangers = Array.from({ length: 20_000 }, (_, index) => table.lookUp(digest(`asked ${index}`), 2)[0]);
    expect(strangers.filter(Boolean)).toHaveLength(0);
    const known = Array.from({ length: 20_000 }, (_, index) => table.lookUp(digest(`stored ${index}`), 2)[0]);
    expect(known.filter(Boolean).length).toBe(20_000 - table.forgotten);
  });
});

describe("Wilson's interval", () => {
  it.each([
    [0, 0, 0, 0, 1],
    [0, 10, 0, 0, 0.2775],
    [5, 10, 0.5, 0.2366, 0.7634],
    [118, 12_031, 0.0098, 0.0082, 0.0117],
    [10, 10, 1, 0.7225, 1],
  ])('of %d in %d is %d [%d, %d]', (hits, total, share, low, high) => {
    const estimate = wilson(hits, total);
    expect(estimate.share).toBeCloseTo(share, 4);
    expect(estimate.low).toBeCloseTo(low, 4);
    expect(estimate.high).toBeCloseTo(high, 4);
  });
});
