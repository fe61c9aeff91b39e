/** Picks ranks from 0 below `size` by Zipf's law: rank k in proportion to `1 / (k + 1) ** exponent`; a search of a table a pick. */
export class Zipf {
  readonly #cumulated: Float64Array;

  constructor(size: number, exponent: number) {
    this.#cumulated = new Float64Array(size);
    let sum = 0;
    for (let rank = 0; rank < size; rank += 1) {
      sum += 1 / (rank + 1) ** exponent;
      this.#cumulated[rank] = sum;
    }
  }

  pick(random: () => number): number {
    const target = random() * (this.#cumulated.at(-1) ?? 0);
    let low = 0;
    let high = this.#cumulated.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulated[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const GOLDEN = 0x9e3779b9;

/**
 * Random numbers in [0, 1) that are the same for the same seed: a Weyl sequence through a 32-bit mixer, begun where the mixer
 * sends the seed, so that seeds next to each other share no numbers.
 *
 * @see https://github.com/skeeto/hash-prospector for the constants
 */
export function seededRandom(seed: number): () => number {
  let state = mixed(Math.imul(seed, GOLDEN));
  return () => {
    state = (state + GOLDEN) | 0;
    return (mixed(state) >>> 0) / 2 ** 32;
  };
}

function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return bits ^ (bits >>> 15);
}
