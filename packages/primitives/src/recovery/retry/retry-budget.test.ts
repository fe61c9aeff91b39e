import { describe, expect, it } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

describe('a retry budget', () => {
  it('is full at the start, and empty when that is spent', () => {
    const budget = new RetryBudget({ reserve: 2 });
    expect([budget.withdraw(), budget.withdraw(), budget.withdraw()]).toEqual([true, true, false]);
    expect(budget.available).toBe(0);
  });

  it('earns one retry with every ten calls at a ratio of 0.1', () => {
    const budget = new RetryBudget({ ratio: 0.1, reserve: 1 });
    budget.withdraw();
    for (let call = 0; call < 9; call += 1) budget.deposit();
    expect(budget.withdraw()).toBe(false);
    budget.deposit();
    expect(budget.withdraw()).toBe(true);
  });

  it('earns one retry with every five calls where no ratio is given', () => {
    const budget = new RetryBudget({ reserve: 1 });
    budget.withdraw();
    for (let call = 0; call < 4; call += 1) budget.deposit();
    expect(budget.withdraw()).toBe(false);
    budget.deposit();
    expect(budget.withdraw()).toBe(true);
  });

  it('saves no more than its reserve', () => {
    const budget = new RetryBudget({ ratio: 1, reserve: 3 });
    for (let call = 0; call < 10; call += 1) budget.deposit();
    expect(budget.available).toBe(3);
  });
});
