/** So many settled requests are looked back upon. */
const WINDOW = 100;

/**
 * How far requests went beyond the most that they were thought to cost: the largest multiple among the newest hundred, and 1 at least.
 * Images, and texts whose characters make more tokens than usual, are what it is for.
 */
export class Headroom {
  readonly #multiples: number[] = [];
  #next = 0;
  #factor = 1;

  get factor(): number {
    return this.#factor;
  }

  learn(thoughtUsd: number, costUsd: number): void {
    if (!(thoughtUsd > 0)) return;
    this.#multiples[this.#next] = costUsd / thoughtUsd;
    this.#next = (this.#next + 1) % WINDOW;
    this.#factor = this.#multiples.reduce((most, multiple) => Math.max(most, multiple), 1);
  }
}
