/** Below this every millisecond has a bucket of its own; above it a bucket is at most 1.6 % wide. */
const EXACT_MS = 128;
/** About six hours. */
const LONGEST_MS = 2 ** 24;

/**
 * How long many things took, in little memory: durations in buckets that grow with them. Two of these add up to a third, which is how the
 * quantiles of an hour come from those of its minutes.
 */
export class Durations {
  readonly #counts = new Map<number, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(ms: number, count = 1): void {
    const bucket = bucketOf(ms);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
  }

  merge(other: Durations): void {
    for (const [bucket, count] of other.#counts) this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += other.#total;
  }

  /** @param share - from 0 to 1 @returns milliseconds, or null when nothing was added */
  quantile(share: number): number | null {
    if (this.#total === 0) return null;
    let left = Math.max(1, Math.ceil(share * this.#total));
    for (const bucket of [...this.#counts.keys()].sort((one, other) => one - other)) {
      left -= this.#counts.get(bucket) as number;
      if (left <= 0) return middleOf(bucket);
    }
    return null;
  }
}

function bucketOf(duration: number): number {
  const ms = Math.max(0, Math.min(LONGEST_MS, Math.round(duration)));
  if (ms < EXACT_MS) return ms;
  const exponent = 25 - Math.clz32(ms);
  return exponent * 64 + (ms >>> exponent);
}

function middleOf(bucket: number): number {
  if (bucket < EXACT_MS) return bucket;
  const exponent = (bucket >>> 6) - 1;
  const width = 2 ** exponent;
  return ((bucket & 63) + 64) * width + (width - 1) / 2;
}
