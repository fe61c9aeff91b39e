import type { Counted } from '../wire/index.ts';

/** How many different words are counted apart. */
const MAX_WORDS = 200;

/** Where words beyond the cap are counted. */
export const OTHERS = 'others';

/** Counts things by a word; words beyond the cap are counted together, which keeps every sum whole. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(word: string, count = 1): void {
    const kept = this.#counts.has(word) || this.#counts.size < MAX_WORDS ? word : OTHERS;
    this.#counts.set(kept, (this.#counts.get(kept) ?? 0) + count);
  }

  merge(other: Counts): void {
    for (const [word, count] of other.#counts) this.add(word, count);
  }

  of(word: string): number {
    return this.#counts.get(word) ?? 0;
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  /** Most frequent first. */
  ranked(): Counted[] {
    return [...this.#counts]
      .map(([word, count]) => ({ word, count }))
      .sort((one, other) => other.count - one.count || (one.word < other.word ? -1 : 1));
  }
}
