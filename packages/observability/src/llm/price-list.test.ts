import { describe, expect, it } from 'vitest';
import { bundledPrices } from './bundled-prices.ts';
import { priceOf } from './price.ts';
import { priceList } from './price-list.ts';

const rates = { inputPerMillionUsd: 2, outputPerMillionUsd: 8 };

describe('priceList', () => {
  it('prices the models it lists, whoever serves them', () => {
    const prices = priceList({ 'my-llama': rates });
    const cost = priceOf({ inputTokens: 1_000, outputTokens: 500 }, 'my-llama', { prices, provider: 'acme' });
    expect(cost).toEqual({ inputUsd: 0.002, outputUsd: 0.004, totalUsd: 0.006, model: 'my-llama', provider: 'acme' });
  });

  it('prices cached input at its own rates, and without them as any input', () => {
    const usage = { inputTokens: 1_000, cacheReadTokens: 600, cacheWriteTokens: 300, outputTokens: 0 };
    const cached = priceList({ m: { ...rates, cacheReadPerMillionUsd: 0.5, cacheWritePerMillionUsd: 3 } });
    expect(priceOf(usage, 'm', { prices: cached })?.inputUsd).toBeCloseTo((100 * 2 + 600 * 0.5 + 300 * 3) / 1e6, 12);
    expect(priceOf(usage, 'm', { prices: priceList({ m: rates }) })?.inputUsd).toBeCloseTo(0.002, 12);
  });

  it('keeps a price of 0 as a price', () => {
    const prices = priceList({ local: { inputPerMillionUsd: 0, outputPerMillionUsd: 0 } });
    expect(priceOf({ inputTokens: 5, outputTokens: 5 }, 'local', { prices })?.totalUsd).toBe(0);
  });

  it('does not know other models, nor the names that every object inherits', () => {
    const prices = priceList({ 'my-llama': rates });
    for (const model of ['gpt-4o', '__proto__', 'toString', 'constructor']) {
      expect(prices.price({ inputTokens: 5, outputTokens: 5 }, model, {})).toBeNull();
    }
  });

  it('overrides the source it falls back on', () => {
    const prices = priceList({ 'gpt-4o': rates }, bundledPrices);
    const usage = { inputTokens: 1_000_000, outputTokens: 0 };
    expect(priceOf(usage, 'gpt-4o', { prices })?.totalUsd).toBe(2);
    expect(priceOf(usage, 'gpt-4o-mini', { prices })?.totalUsd).toBeCloseTo(0.15, 12);
  });

  it('gives null for more cached tokens than input', () => {
    const usage = { inputTokens: 1, cacheReadTokens: 2, outputTokens: 0 };
    expect(priceOf(usage, 'm', { prices: priceList({ m: rates }) })).toBeNull();
  });

  it.each([
    ['inputPerMillionUsd', { ...rates, inputPerMillionUsd: -1 }],
    ['outputPerMillionUsd', { ...rates, outputPerMillionUsd: Number.NaN }],
    ['cacheReadPerMillionUsd', { ...rates, cacheReadPerMillionUsd: -0.1 }],
    ['cacheWritePerMillionUsd', { ...rates, cacheWritePerMillionUsd: Infinity }],
  ])('refuses a %s that is no price, naming model and rate', (rate, price) => {
    expect(() => priceList({ m: price })).toThrow(RangeError);
    expect(() => priceList({ m: price })).toThrow(`priceList: prices["m"].${rate} must be a number at least 0`);
  });
});
