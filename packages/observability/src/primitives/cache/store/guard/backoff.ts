/** The waits between tries to use something that failed: doubling, capped, and spread so that many processes do not try at once. */
export class Backoff {
  readonly #firstMs: number;
  readonly #random: () => number;
  #nextMs: number;

  constructor(firstMs: number, random: () => number) {
    this.#firstMs = firstMs;
    this.#random = random;
    this.#nextMs = firstMs;
  }

  /** The next wait in milliseconds: between half of what is due and all of it. */
  next(capMs: number): number {
    const dueMs = Math.min(this.#nextMs, capMs);
    this.#nextMs = Math.min(dueMs * 2, capMs);
    return dueMs * (0.5 + this.#random() / 2);
  }

  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}
