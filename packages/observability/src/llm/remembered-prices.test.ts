import { describe, expect, it, vi } from 'vitest';
import type { Cost } from './price.ts';
import { rememberedPrices } from './remembered-prices.ts';
import type { Usage } from './usage.ts';

const usage: Usage = { inputTokens: 1_000, outputTokens: 100 };
const at = new Date('2026-01-01T12:00:30Z');

function setUp() {
  let totalUsd = 0;
  const price = vi.fn((_usage: Usage, model: string): Cost | null => {
    totalUsd += 1;
    return model === 'unknown' ? null : { inputUsd: 0, outputUsd: totalUsd, totalUsd, model, provider: undefined };
  });
  return { price, prices: rememberedPrices({ price }) };
}

describe('remembered prices', () => {
  it.each(['known', 'unknown'])('compute the price of a model that is %s once a minute', (model) => {
    const { price, prices } = setUp();
    const first = prices.price(usage, model, { at });
    expect(prices.price({ ...usage }, model, { at: new Date('2026-01-01T12:00:59Z') })).toBe(first);
    expect(price).toHaveBeenCalledTimes(1);
    prices.price(usage, model, { at: new Date('2026-01-01T12:01:00Z') });
    prices.price(usage, model, { at });
    expect(price).toHaveBeenCalledTimes(3);
  });

  it.each<[string, Usage, string, string | undefined]>([
    ['model', usage, 'other', undefined],
    ['provider', usage, 'model', 'acme'],
    ['provider that is part of the name of a model', usage, 'b model', 'a'],
    ...(
      [
        'inputTokens',
        'outputTokens',
        'cacheReadTokens',
        'cacheWriteTokens',
        'cacheWrite1hTokens',
        'reasoningTokens',
        'inputAudioTokens',
        'outputAudioTokens',
      ] as const
    ).map((part): [string, Usage, string, undefined] => [
      `number of ${part}`,
      { ...usage, [part]: 7 },
      'model',
      undefined,
    ]),
  ])('are told apart by the %s', (_, otherUsage, model, provider) => {
    const { prices } = setUp();
    const first = prices.price(usage, 'model', { at });
    prices.price(usage, 'model', { provider: 'a b', at });
    expect(prices.price(otherUsage, model, { provider, at })?.totalUsd).toBe(3);
    expect(prices.price(usage, 'model', { at })).toBe(first);
  });

  it('are those of now when no instant is given', () => {
    const { price, prices } = setUp();
    vi.useFakeTimers({ now: at });
    try {
      prices.price(usage, 'model', {});
      prices.price(usage, 'model', { at });
      expect(price).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('take bounded memory, whatever the names', () => {
    const { price, prices } = setUp();
    for (let call = 0; call < 2; call += 1) prices.price(usage, 'x'.repeat(1_000), { at });
    expect(price).toHaveBeenCalledTimes(2);
    for (let index = 0; index < 20_000; index += 1) prices.price({ ...usage, inputTokens: index }, 'model', { at });
    price.mockClear();
    for (let index = 0; index < 20_000; index += 1) prices.price({ ...usage, inputTokens: index }, 'model', { at });
    expect(price.mock.calls.length).toBeGreaterThanOrEqual(10_000);
  });

  it('forget a failure', () => {
    const { price, prices } = setUp();
    price.mockImplementationOnce(() => {
      throw new Error('not loaded yet');
    });
    expect(() => prices.price(usage, 'model', { at })).toThrow('not loaded yet');
    expect(prices.price(usage, 'model', { at })).not.toBeNull();
  });
});
