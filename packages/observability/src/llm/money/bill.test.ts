import { describe, expect, it } from 'vitest';
import { costOfUsage, type PricedModel } from './model-price.ts';
import { priceOf } from './price.ts';
import { priceList } from './price-list.ts';
import type { Usage } from './usage.ts';

const listed = { inputTokens: 1_000, outputTokens: 100 };
const atList = priceOf(listed, 'gpt-4o');

describe('what a provider says it billed', () => {
  it('is the total where the list knows the price too, and leaves the rest to neither input nor output', () => {
    const cost = priceOf({ ...listed, billedUsd: 0.01 }, 'gpt-4o');
    expect(cost).toMatchObject({ totalUsd: 0.01, billedUsd: 0.01, inputUsd: 0.0025, outputUsd: 0.001 });
    expect(cost?.otherUsd).toBeCloseTo(0.0065, 12);
  });

  it('divides as the list does when it is less', () => {
    const cost = priceOf({ ...listed, billedUsd: 0.00175 }, 'gpt-4o');
    expect(cost).toMatchObject({ totalUsd: 0.00175, billedUsd: 0.00175, model: 'gpt-4o', provider: 'openai' });
    expect(cost?.inputUsd).toBeCloseTo(0.00125, 12);
    expect(cost?.outputUsd).toBeCloseTo(0.0005, 12);
  });

  it.each<[string, Usage, string]>([
    ['a model that is not listed', listed, 'my-model'],
    ['parts without a price', { ...listed, hasUnlistedParts: true }, 'gpt-4o'],
    ['a tool without a fee', { ...listed, toolCalls: { paint: 1 } }, 'gpt-4o'],
    ['a usage that counts nothing', { inputTokens: 0, outputTokens: 0 }, 'gpt-4o'],
  ])('is the cost of %s', (_, usage, model) => {
    const cost = priceOf({ ...usage, billedUsd: 0.02 }, model, { provider: 'openrouter' });
    expect(cost).toEqual({
      inputUsd: 0,
      outputUsd: 0,
      otherUsd: 0.02,
      totalUsd: 0.02,
      billedUsd: 0.02,
      model,
      provider: 'openrouter',
    });
  });

  it.each([0, -1, Number.NaN, Infinity])('leaves the list its total when it is %d', (billedUsd) => {
    expect(priceOf({ ...listed, billedUsd }, 'gpt-4o')).toEqual({ ...atList, billedUsd });
    expect(priceOf({ ...listed, billedUsd }, 'my-model')).toBeNull();
  });

  it('stands beside a price of your own, and in for one that does not know', () => {
    const prices = priceList({ mine: { inputPerMillionUsd: 1, outputPerMillionUsd: 1 } });
    expect(priceOf({ ...listed, billedUsd: 0.5 }, 'mine', { prices })).toMatchObject({
      totalUsd: 0.0011,
      billedUsd: 0.5,
    });
    const priced: PricedModel = {
      name: 'route',
      model: 'mine',
      provider: undefined,
      price: { inputPerMillionUsd: 1, outputPerMillionUsd: 1 },
    };
    expect(costOfUsage(priced, { ...listed, billedUsd: 0.5 }, undefined, undefined, 0)).toBe(0.0011);
    expect(costOfUsage(priced, { inputTokens: 0, outputTokens: 0 }, undefined, undefined, 0)).toBeNull();
    const drawn = { ...listed, outputImageTokens: 90, billedUsd: 0.5 };
    expect(costOfUsage(priced, drawn, undefined, undefined, 0)).toBe(0.5);
  });
});
