const MINUTE_MS = 60_000;

/**
 * What was found out about prices, for one minute of the wall clock: no list changes its prices within a minute, not even one with
 * prices by the time of day. Everything is forgotten in another minute, and when there is too much of it.
 */
export class MinuteMemo<K, V> {
  readonly #values = new Map<K, V>();
  readonly #size: number;
  #minute = Number.NaN;

  constructor(size: number) {
    this.#size = size;
  }

  /** What is known at an instant; add to it what is found out. */
  at(epochMs: number): Map<K, V> {
    const minute = Math.floor(epochMs / MINUTE_MS);
    if (minute !== this.#minute || this.#values.size >= this.#size) this.#values.clear();
    this.#minute = minute;
    return this.#values;
  }

  clear(): void {
    this.#values.clear();
  }
}
