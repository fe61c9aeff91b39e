/** So many samples give a percentile its shape, and are sorted in a few microseconds. */
const CAPACITY = 128;

/** A route that has not been taken for so long is as good as new: it may have recovered, and only taking it can tell. */
const MAX_AGE_MS = 300_000;

/** How long a route took to begin its answer, over its newest answers of the last five minutes. */
export class RecentLatencies {
  readonly #samples: { readonly at: number; readonly durationMs: number }[] = [];
  #next = 0;
  #sorted: readonly number[] | undefined;
  /** From this instant on the oldest of what is sorted is too old. */
  #sortedUntil = 0;

  add(durationMs: number, now: number): void {
    this.#samples[this.#next] = { at: now, durationMs };
    this.#next = (this.#next + 1) % CAPACITY;
    this.#sorted = undefined;
  }

  /** The shortest duration that at least this percentage did not exceed (nearest rank); null of no durations. */
  percentileMs(percent: number, now: number): number | null {
    if (this.#sorted === undefined || now > this.#sortedUntil) this.#sort(now);
    const sorted = this.#sorted ?? [];
    return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
  }

  #sort(now: number): void {
    const recent = this.#samples.filter(({ at }) => at >= now - MAX_AGE_MS);
    this.#sorted = recent.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
    this.#sortedUntil = recent.reduce((until, { at }) => Math.min(until, at + MAX_AGE_MS), Infinity);
  }
}
