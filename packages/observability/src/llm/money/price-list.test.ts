import { describe, expect, it } from 'vitest';
import { bundledPrices } from './bundled-prices.ts';
import { priceOf } from './price.ts';
import { priceList } from './price-list.ts';
import type { Usage } from './usage.ts';

const rates = { inputPerMillionUsd: 2, outputPerMillionUsd: 8 };

describe('priceList', () => {
  it('prices the models it lists, for every provider', () => {
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

  it.each<[string, Usage]>([
    ['sounds that went in', { inputTokens: 900, inputAudioTokens: 800, outputTokens: 9 }],
    ['sounds that came out', { inputTokens: 900, outputTokens: 9, outputAudioTokens: 8 }],
    ['images that went in', { inputTokens: 900, inputImageTokens: 800, outputTokens: 9 }],
    ['images that came out', { inputTokens: 900, outputTokens: 9, outputImageTokens: 8 }],
    ['what is cached for an hour', { inputTokens: 900, cacheWriteTokens: 8, cacheWrite1hTokens: 8, outputTokens: 9 }],
    ['tools', { inputTokens: 900, outputTokens: 9, toolCalls: { web_search: 1 } }],
    ['parts that no rate prices', { inputTokens: 900, outputTokens: 9, hasUnlistedParts: true }],
    ['a usage that counts nothing', { inputTokens: 0, outputTokens: 0 }],
  ])('does not know what a call costs without a rate for %s, and never takes that of text', (_, usage) => {
    expect(priceOf(usage, 'm', { prices: priceList({ m: rates }) })).toBeNull();
  });

  it('does not know the cost of output with an unknown share of images', () => {
    const prices = priceList({ m: { ...rates, outputImagePerMillionUsd: 30, inputImagePerMillionUsd: 2 } });
    expect(priceOf({ inputTokens: 9, outputTokens: 9 }, 'm', { prices })).toBeNull();
    expect(
      priceOf({ inputTokens: 9, inputImageTokens: 0, outputTokens: 9, outputImageTokens: 0 }, 'm', { prices }),
    ).not.toBeNull();
  });

  it('prices sounds, images, hours of caching, tools and requests at their own rates', () => {
    const prices = priceList({
      m: {
        ...rates,
        cacheReadPerMillionUsd: 0.2,
        cacheWritePerMillionUsd: 2.5,
        cacheWrite1hPerMillionUsd: 4,
        inputAudioPerMillionUsd: 10,
        outputAudioPerMillionUsd: 20,
        cacheReadAudioPerMillionUsd: 1,
        inputImagePerMillionUsd: 5,
        outputImagePerMillionUsd: 30,
        cacheReadImagePerMillionUsd: 0.5,
        toolCallUsd: { web_search: 0.01 },
        requestUsd: 0.005,
      },
    });
    const usage: Usage = {
      inputTokens: 100 + 20 + 30 + 40 + 50 + 60 + 70 + 80,
      cacheReadTokens: 20 + 60 + 80,
      cacheWriteTokens: 30 + 40,
      cacheWrite1hTokens: 40,
      inputAudioTokens: 50 + 60,
      cacheReadAudioTokens: 60,
      inputImageTokens: 70 + 80,
      cacheReadImageTokens: 80,
      outputTokens: 1 + 2 + 3,
      outputAudioTokens: 2,
      outputImageTokens: 3,
      toolCalls: { web_search: 2 },
    };
    const cost = priceOf(usage, 'm', { prices });
    const inputUsd = (100 * 2 + 20 * 0.2 + 30 * 2.5 + 40 * 4 + 50 * 10 + 60 * 1 + 70 * 5 + 80 * 0.5) / 1e6;
    expect(cost?.inputUsd).toBeCloseTo(inputUsd, 12);
    expect(cost?.outputUsd).toBeCloseTo((1 * 8 + 2 * 20 + 3 * 30) / 1e6, 12);
    expect(cost).toMatchObject({ toolsUsd: 0.02, otherUsd: 0.005 });
  });

  it.each([
    ['inputPerMillionUsd', { ...rates, inputPerMillionUsd: -1 }],
    ['outputPerMillionUsd', { ...rates, outputPerMillionUsd: Number.NaN }],
    ['cacheReadPerMillionUsd', { ...rates, cacheReadPerMillionUsd: -0.1 }],
    ['cacheWritePerMillionUsd', { ...rates, cacheWritePerMillionUsd: Infinity }],
    ['cacheWrite1hPerMillionUsd', { ...rates, cacheWrite1hPerMillionUsd: -1 }],
    ['outputImagePerMillionUsd', { ...rates, outputImagePerMillionUsd: Number.NaN }],
    ['requestUsd', { ...rates, requestUsd: -1 }],
    ['toolCallUsd.web_search', { ...rates, toolCallUsd: { web_search: -1 } }],
  ])('refuses a %s that is no price, naming model and rate', (rate, price) => {
    expect(() => priceList({ m: price })).toThrow(RangeError);
    expect(() => priceList({ m: price })).toThrow(`priceList: prices["m"].${rate} must be a number at least 0`);
  });

  it('refuses what holds no prices', () => {
    expect(() => priceList(undefined as never)).toThrow('priceList: prices must be an object of prices by model');
  });

  it('refuses a misspelt rate, which would be a rate that is not known', () => {
    const price = { ...rates, cachReadPerMillionUsd: 1 };
    expect(() => priceList({ m: price })).toThrow(/cachReadPerMillionUsd/);
  });
});
