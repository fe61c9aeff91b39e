import { hash } from 'node:crypto';

/** Numbers in [0, 1), evenly spread. */
export type Random = () => number;

/** A number in [0, 1) that depends on nothing but the words: the same on every machine, however often it is asked. */
export function fractionOf(...words: readonly (string | number)[]): number {
  return hash('sha256', JSON.stringify(words), 'buffer').readUInt32BE(0) / 2 ** 32;
}

/** Random numbers that are the same for the same seed. */
export function seededRandom(seed: number): Random {
  let drawn = 0;
  return () => fractionOf(seed, drawn++);
}

/** Picks indices below `size` by Zipf's law: index 0 most often, index k in proportion to `1 / (k + 1) ** exponent`. */
export function zipfPicker(size: number, exponent: number, random: Random): () => number {
  const weights = Array.from({ length: size }, (_, rank) => 1 / (rank + 1) ** exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return () => {
    let left = random() * total;
    const index = weights.findIndex((weight) => (left -= weight) < 0);
    return index === -1 ? size - 1 : index;
  };
}
