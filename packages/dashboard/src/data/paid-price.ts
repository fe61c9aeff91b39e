import type { RouteInfo } from '../wire/index.ts';
import type { SeenCall } from './seen-request.ts';

interface Sample {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number;
}

const MILLION = 1_000_000;

/** Below this share of the product of their tokens two calls are too much alike to tell the price of tokens in and out apart. */
const LEAST_DIFFERENCE = 0.01;

/**
 * The price of a model that is in no list, from what two of its calls cost: two equations with two unknowns. Calls with cached tokens are
 * left out, because those have a price of their own.
 */
export class PaidPrice {
  #first: Sample | undefined;

  /** @returns the price, once a call differs enough from the first one */
  learn({ usage, costUsd }: SeenCall): RouteInfo['price'] {
    if (usage === undefined || costUsd === null || costUsd === 0) return null;
    if ((usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0) > 0) return null;
    const sample = { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens, usd: costUsd };
    this.#first ??= sample;
    return solve(this.#first, sample);
  }
}

function solve(one: Sample, other: Sample): RouteInfo['price'] {
  const determinant = one.inputTokens * other.outputTokens - other.inputTokens * one.outputTokens;
  const scale = one.inputTokens * other.outputTokens + other.inputTokens * one.outputTokens;
  if (scale === 0 || Math.abs(determinant) < LEAST_DIFFERENCE * scale) return null;
  const inUsd = (one.usd * other.outputTokens - other.usd * one.outputTokens) / determinant;
  const outUsd = (one.inputTokens * other.usd - other.inputTokens * one.usd) / determinant;
  return inUsd < 0 || outUsd < 0 ? null : { inUsd: perMillion(inUsd), outUsd: perMillion(outUsd) };
}

/** To six digits, which hides what sums of binary fractions leave. */
function perMillion(usd: number): number {
  return Number((usd * MILLION).toPrecision(6));
}
