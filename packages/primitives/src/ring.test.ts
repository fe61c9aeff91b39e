import { describe, expect, it } from 'vitest';
import { Ring } from './ring.ts';

describe('a ring', () => {
  it('holds the newest values, and gives back the one that makes room', () => {
    const ring = new Ring<number>(3);
    expect([1, 2, 3, 4, 5].map((value) => ring.add(value))).toEqual([undefined, undefined, undefined, 1, 2]);
    expect([...ring.values].sort()).toEqual([3, 4, 5]);
    expect(ring.added).toBe(5);
  });

  it('begins again when it is cleared', () => {
    const ring = new Ring<number>(2);
    for (const value of [1, 2, 3]) ring.add(value);
    ring.clear();
    expect([ring.values, ring.added, ring.add(4), ring.values]).toEqual([[4], 0, undefined, [4]]);
  });
});
