import { Ring } from 'tta-dev-primitives/internal';

/** So many samples give a percentile its shape, and are sorted in a few microseconds. */
const CAPACITY = 128;

/** A route that has not been taken for so long is as good as new: it may have recovered, and only taking it can tell. */
const MAX_AGE_MS = 300_000;

/** Sums of shares are not exact. */
const ROUNDING = 1e-9;

interface Sample {
  readonly at: number;
  readonly durationMs: number;
  /** Whether the answer had not begun by then. */
  readonly isOpen: boolean;
}

/** How long a route took to begin its answer, over its newest requests of the last five minutes. */
export class RecentLatencies {
  readonly #samples = new Ring<Sample>(CAPACITY);
  #sorted: readonly Sample[] | undefined;
  /** From this instant on the oldest of what is sorted is too old. */
  #sortedUntil = 0;

  add(durationMs: number, now: number): void {
    this.#keep({ at: now, durationMs, isOpen: false });
  }

  /** A request was given up after so long, before its answer began. */
  addUnanswered(durationMs: number, now: number): void {
    this.#keep({ at: now, durationMs, isOpen: true });
  }

  /**
   * The shortest duration within which at least this percentage of answers began; null if no answer began. A request that was given up
   * counts as one that took longer than its wait (Kaplan-Meier estimate); if there are too many of them, the result is the longest known
   * duration.
   */
  percentileMs(percent: number, now: number): number | null {
    const sorted = this.#recent(now);
    if (!sorted.some(({ isOpen }) => !isOpen)) return null;
    let later = 1;
    for (const [index, { durationMs, isOpen }] of sorted.entries()) {
      if (!isOpen) later *= 1 - 1 / (sorted.length - index);
      if (1 - later >= percent / 100 - ROUNDING) return durationMs;
    }
    return sorted.at(-1)?.durationMs ?? null;
  }

  /** How many requests it knows of. */
  count(now: number): number {
    return this.#recent(now).length;
  }

  /** The longest wait that was given up, if no request was answered; otherwise null. */
  unansweredMs(now: number): number | null {
    const sorted = this.#recent(now);
    return sorted.every(({ isOpen }) => isOpen) ? (sorted.at(-1)?.durationMs ?? null) : null;
  }

  #keep(sample: Sample): void {
    this.#samples.add(sample);
    this.#sorted = undefined;
  }

  #recent(now: number): readonly Sample[] {
    if (this.#sorted !== undefined && now <= this.#sortedUntil) return this.#sorted;
    const recent = this.#samples.values.filter(({ at }) => at >= now - MAX_AGE_MS);
    this.#sortedUntil = recent.reduce((until, { at }) => Math.min(until, at + MAX_AGE_MS), Infinity);
    this.#sorted = recent.sort((a, b) => a.durationMs - b.durationMs || Number(a.isOpen) - Number(b.isOpen));
    return this.#sorted;
  }
}
