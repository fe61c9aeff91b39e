import { fnv1a } from './text/fnv1a.ts';
import type { RoutingWeights } from './weights.ts';

/** The widest that a standard score may be: one odd prompt does not outweigh everything else. */
const SCORE_LIMIT = 4;
/** A feature also lies in one of so many equal bins of the standard scores from -2 to 2, so its effect may bend. */
const BINS = 8;
const BIN_RANGE = 2;

/** How much a bin counts, beside the n-grams of a prompt, whose squares add up to 1. */
export const BIN_VALUE = 0.12;

const binHashes: number[] = [];

/** Features as standard scores, clipped. */
export function standardScores(features: Float64Array, { mean, deviation }: RoutingWeights['scaler']): Float64Array {
  return features.map((feature, index) => {
    const score = (feature - (mean[index] ?? 0)) / (deviation[index] ?? 1);
    return Math.max(-SCORE_LIMIT, Math.min(SCORE_LIMIT, score));
  });
}

/** The slot of the bin of each standard score. */
export function binSlots(scores: Float64Array, hashBits: number): Int32Array {
  return Int32Array.from(scores, (score, index) => {
    const bin = Math.floor(((score + BIN_RANGE) / (2 * BIN_RANGE)) * BINS);
    return hashOfBin(index, Math.max(0, Math.min(BINS - 1, bin))) & (2 ** hashBits - 1);
  });
}

function hashOfBin(feature: number, bin: number): number {
  return (binHashes[feature * BINS + bin] ??= fnv1a(`feature ${feature}, bin ${bin}`));
}
