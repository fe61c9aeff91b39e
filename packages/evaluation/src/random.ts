/** Numbers in [0, 1), evenly spread. */
export type Random = () => number;

/**
 * Random numbers that are the same for the same seed (mulberry32): fast enough for bootstraps, and not for secrets.
 *
 * @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Puts numbers into a random order, in place. */
export function shuffle(numbers: Int32Array, random: Random): void {
  for (let index = numbers.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const kept = numbers[index] as number;
    numbers[index] = numbers[other] as number;
    numbers[other] = kept;
  }
}

/** Spreads a hash over all of its bits (the finalizer of MurmurHash3), because FNV's low bits are poor. */
export function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}
