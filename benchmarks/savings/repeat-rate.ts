import { costOf } from './replay.ts';
import { type Ask, type Size, type ZipfWorkload, zipfAsks } from './workload.ts';
import { Zipf } from './zipf.ts';

/** A mean, and the interval that 95 % of the seeds lie in. */
export interface Spread {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** How often a workload repeats itself, and what part of its cost a cache that forgets nothing would save, over many seeds. */
export interface RepeatRate extends ZipfWorkload {
  /** The share of the requests that come once. */
  readonly oneOffs: number;
  readonly seeds: number;
  readonly repeatRate: Spread;
  readonly savedShare: Spread;
}

const SEEDS = 40;

/** The bisection ends where the share of one-offs is known to this. */
const CLOSE_ENOUGH = 0.001;

/** Counts repeats over the seeds from 1. */
export function repeatRateOf(
  workload: ZipfWorkload,
  requests: number,
  sizes: readonly Size[],
  oneOffs: number = 0,
): RepeatRate {
  const zipf = new Zipf(workload.prompts, workload.exponent);
  const runs = Array.from({ length: SEEDS }, (_, seed) =>
    repeatsOf(zipfAsks(zipf, requests, sizes, seed + 1, oneOffs)),
  );
  return {
    ...workload,
    oneOffs,
    seeds: SEEDS,
    repeatRate: spreadOf(runs.map(({ repeatRate }) => repeatRate)),
    savedShare: spreadOf(runs.map(({ savedShare }) => savedShare)),
  };
}

/**
 * Mixes one-off requests into a workload until no more than `target`, a share of the cost, is saved.
 *
 * @returns undefined if the workload saves less than that as it is
 */
export function dilutedTo(
  target: number,
  workload: ZipfWorkload,
  requests: number,
  sizes: readonly Size[],
): RepeatRate | undefined {
  let fewest = 0;
  let most = 1;
  let needed = repeatRateOf(workload, requests, sizes);
  if (needed.savedShare.mean < target) return undefined;
  while (most - fewest > CLOSE_ENOUGH) {
    const oneOffs = (fewest + most) / 2;
    const diluted = repeatRateOf(workload, requests, sizes, oneOffs);
    if (diluted.savedShare.mean >= target) {
      fewest = oneOffs;
      needed = diluted;
    } else {
      most = oneOffs;
    }
  }
  return needed;
}

function repeatsOf(asks: readonly Ask[]): { readonly repeatRate: number; readonly savedShare: number } {
  const seen = new Set<string>();
  let costUsd = 0;
  let repeatedUsd = 0;
  for (const ask of asks) {
    const usd = costOf(ask);
    costUsd += usd;
    if (seen.has(ask.content)) repeatedUsd += usd;
    seen.add(ask.content);
  }
  return { repeatRate: 1 - seen.size / asks.length, savedShare: repeatedUsd / costUsd };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, low: at(0.025), high: at(0.975) };
}
