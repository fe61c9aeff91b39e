import type { Series } from '../series/series.ts';

/** How much a series has grown. */
export interface Increase {
  readonly sum: number;
  /** For a histogram: of each bucket. */
  readonly counts: number[];
  /** When the series was read before, in milliseconds since the Unix epoch. */
  readonly sinceEpochMs: number;
  /** Whether nothing has changed since then. */
  readonly isEmpty: boolean;
}

/** What a series was at a reading. */
interface Reading {
  readonly sum: number;
  readonly counts: readonly number[];
  readonly atEpochMs: number;
}

/** How much each series has grown since a reader looked last, for readers that add increases up themselves. */
export class Increases {
  readonly #last = new WeakMap<Series, Reading>();
  readonly #startedAtEpochMs: number;

  /** @param startedAtEpochMs - when counting began */
  constructor(startedAtEpochMs: number) {
    this.#startedAtEpochMs = startedAtEpochMs;
  }

  /** The increase since the last call for this series. */
  of(series: Series, nowEpochMs: number): Increase {
    const last = this.#last.get(series);
    const read = { sum: series.value, counts: [...(series.counts ?? [])], atEpochMs: nowEpochMs };
    this.#last.set(series, read);
    const sum = read.sum - (last?.sum ?? 0);
    const counts = read.counts.map((count, index) => count - (last?.counts[index] ?? 0));
    const isEmpty = last !== undefined && sum === 0 && counts.every((count) => count === 0);
    return { sum, counts, sinceEpochMs: last?.atEpochMs ?? this.#startedAtEpochMs, isEmpty };
  }
}
