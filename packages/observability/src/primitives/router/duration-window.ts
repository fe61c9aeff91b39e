import { nearestRank, Ring } from 'tta-dev-primitives/internal';

/** The newest durations of a route. Percentiles follow its current speed, and memory stays bounded. */
export class DurationWindow {
  readonly #durationsMs: Ring<number>;

  constructor(capacity = 1_000) {
    this.#durationsMs = new Ring(capacity);
  }

  add(durationMs: number): void {
    this.#durationsMs.add(durationMs);
  }

  /** The shortest durations that at least these percentages of all did not exceed (nearest rank); null of no durations. */
  percentilesMs(...percentages: readonly number[]): (number | null)[] {
    const sorted = this.#durationsMs.values.toSorted((a, b) => a - b);
    return percentages.map((percent) => nearestRank(sorted, percent / 100) ?? null);
  }
}
