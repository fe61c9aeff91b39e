const SECONDS = 10;

/** How many requests ended in the last ten seconds. */
export class RequestRate {
  readonly #counts: number[] = new Array(SECONDS).fill(0);
  #second = 0;

  add(atMs: number): void {
    this.#moveTo(atMs);
    const place = this.#second % SECONDS;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
  }

  /** For each second, on average. */
  at(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#counts.reduce((sum, count) => sum + count, 0) / SECONDS;
  }

  #moveTo(atMs: number): void {
    const second = Math.floor(atMs / 1000);
    const passed = Math.min(SECONDS, second - this.#second);
    for (let step = 1; step <= passed; step += 1) this.#counts[(second - passed + step) % SECONDS] = 0;
    if (passed > 0) this.#second = second;
  }
}
