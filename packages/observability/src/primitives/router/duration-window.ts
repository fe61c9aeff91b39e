/** The newest durations of a route, so that its percentiles follow its present speed and its memory stays bounded. */
export class DurationWindow {
  readonly #capacity: number;
  readonly #durationsMs: number[] = [];
  #next = 0;

  constructor(capacity = 1_000) {
    this.#capacity = capacity;
  }

  add(durationMs: number): void {
    this.#durationsMs[this.#next] = durationMs;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** The shortest durations that at least these percentages of all did not exceed (nearest rank); null of no durations. */
  percentilesMs(...percentages: readonly number[]): (number | null)[] {
    const sorted = this.#durationsMs.toSorted((a, b) => a - b);
    return percentages.map((percent) => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null);
  }
}
