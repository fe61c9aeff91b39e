/** Some of the items, picked by chance; the same seed picks the same. */
export function sampleOf<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  const random = randomFrom(seed);
  const keyed = items.map((item) => ({ item, key: random() })).sort((a, b) => a.key - b.key);
  const picked = new Set(keyed.slice(0, count).map(({ item }) => item));
  return items.filter((item) => picked.has(item));
}

/** Mulberry32: even enough for a sample. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Where the share of all lies with a probability of 95 %, from the share of a sample.
 *
 * @see E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927)
 */
export function intervalOf(count: number, total: number): readonly [low: number, high: number] {
  if (total === 0) return [0, 1];
  const z = 1.96;
  const share = count / total;
  const middle = share + z ** 2 / (2 * total);
  const spread = z * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  const scale = 1 + z ** 2 / total;
  return [(middle - spread) / scale, (middle + spread) / scale];
}
