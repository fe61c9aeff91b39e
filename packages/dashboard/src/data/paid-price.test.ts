import { expect, it } from 'vitest';
import { PaidPrice } from './paid-price.ts';
import type { SeenCall } from './seen-request.ts';

const call = (inputTokens: number, outputTokens: number, costUsd: number | null, cacheReadTokens = 0): SeenCall => ({
  route: 'own',
  isRouted: true,
  model: 'own',
  provider: null,
  durationMs: 1,
  costUsd,
  usage: { inputTokens, outputTokens, cacheReadTokens },
});

const costOf = (tokensIn: number, tokensOut: number): number => (tokensIn * 0.4 + tokensOut * 1.6) / 1e6;

it('is known once two calls differ in what they used', () => {
  const price = new PaidPrice();
  expect(price.learn(call(1000, 100, costOf(1000, 100)))).toBeNull();
  expect(price.learn(call(2000, 200, costOf(2000, 200)))).toBeNull();
  expect(price.learn(call(1000, 400, costOf(1000, 400)))).toEqual({ inUsd: 0.4, outUsd: 1.6 });
});

it('is not read from calls of unknown cost or with cached tokens, nor where it would be negative', () => {
  const price = new PaidPrice();
  price.learn(call(1000, 100, 0.001));
  expect(price.learn(call(100, 1000, null))).toBeNull();
  expect(price.learn(call(100, 1000, 0.002, 50))).toBeNull();
  expect(price.learn(call(1000, 900, 0.0001))).toBeNull();
});
