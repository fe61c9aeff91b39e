import { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import type { Spending } from '../../llm/call/beneath.ts';
import type { PricedModel } from '../../llm/money/model-price.ts';
import { lossOf, priceAnswer } from './answer-price.ts';

const route = (name: string, model: string): PricedModel => ({ name, model, provider: undefined, price: undefined });

const usage = { inputTokens: 1_000, outputTokens: 100, billedUsd: 0.001 };
const fast = route('fast', 'gpt-4o-mini');
const pricing = { prices: undefined, baseline: route('strong', 'gpt-4o') };
const BASELINE_USD = 0.0035;

const spending = (own: Partial<Spending>): Spending => ({
  calls: 1,
  costUsd: 0,
  knownUsd: 0,
  usages: [],
  model: undefined,
  isReused: false,
  reusedUsages: [],
  reusedUsd: 0,
  ...own,
});

const entryOf = (own: Partial<Spending>) => priceAnswer(pricing, fast, spending(own), new WorkflowContext());

describe('the price of an answer', () => {
  it('is what its provider billed, and its baseline is priced from the list, which that bill says nothing of', () => {
    const { costUsd, savedUsd } = entryOf({ costUsd: 0.001, usages: [usage] });
    expect(costUsd).toBe(0.001);
    expect(savedUsd).toBeCloseTo(BASELINE_USD - 0.001, 12);
  });

  it('leaves to a cache what the cache saved', () => {
    const { costUsd, savedUsd } = entryOf({ calls: 0, isReused: true, reusedUsages: [usage], reusedUsd: 0.001 });
    expect(costUsd).toBe(0);
    expect(savedUsd).toBeCloseTo(BASELINE_USD - 0.001, 12);
  });

  it.each([
    ['the cost of a call', { costUsd: null, usages: [usage] }],
    ['the saving of a cache', { reusedUsages: [usage], reusedUsd: null }],
    ['every usage', {}],
  ])('claims no saving when %s is unknown', (_, own) => {
    expect(entryOf(own).savedUsd).toBeNull();
  });

  it('counts what an attempt without an answer cost as a loss, where there is a baseline', () => {
    expect(lossOf(pricing, 0.001)).toEqual({ costUsd: 0.001, savedUsd: -0.001 });
    expect(lossOf({ ...pricing, baseline: undefined }, 0.001)).toEqual({ costUsd: 0.001 });
    expect(lossOf(pricing, null)).toEqual({ costUsd: null, savedUsd: null });
  });
});
