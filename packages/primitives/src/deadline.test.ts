import { describe, expect, it } from 'vitest';
import { delayBehindOwner } from './deadline.ts';

describe('delayBehindOwner', () => {
  it('leaves the owner of a deadline more than the millisecond by which its timer may differ', () => {
    expect(delayBehindOwner(99.2)).toBe(105);
    expect(delayBehindOwner(0)).toBe(5);
  });

  it('never comes where there is no deadline', () => {
    expect(delayBehindOwner(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });
});
