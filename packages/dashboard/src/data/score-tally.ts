import { isDeepStrictEqual } from 'node:util';
import type { LedgerScore } from 'tta-observability-integration/llm';
import { CappedMap } from './capped-map.ts';

/** How finely scores are counted. */
const BINS = 50;

/** Where the bins end at first if the strategy has no threshold. */
const USUAL_TOP = 1;

/** How often the bins may get twice as wide. */
const MAX_DOUBLINGS = 20;

/** Scores by the route that was taken, in bins from 0 that get wider when a score is above them all. */
export class ScoreTally {
  readonly #counts: CappedMap<number[]> = new CappedMap(() => new Array(BINS).fill(0));
  #thresholds: LedgerScore['thresholds'] = [];
  #above: string | undefined;
  #top: number | undefined;
  #doublings = 0;

  /** As the newest decision stated them. */
  get thresholds(): LedgerScore['thresholds'] {
    return this.#thresholds;
  }

  /** The route that takes what is above the last threshold, from the latest decision that stated it for these thresholds. */
  get above(): string | undefined {
    return this.#above;
  }

  /** The upper edge of the last bin. */
  get top(): number {
    return this.#top ?? USUAL_TOP;
  }

  get routes(): { readonly route: string; readonly counts: readonly number[] }[] {
    return [...this.#counts.entries()].map(([route, counts]) => ({ route, counts }));
  }

  add({ value, thresholds }: LedgerScore, route: string, above?: string): void {
    this.#learn(thresholds, above);
    this.#top ??= topOf(thresholds);
    this.#reach(value);
    count(this.#counts.at(route), Math.floor((value / this.top) * BINS), 1);
  }

  merge(other: ScoreTally): void {
    if (other.#top === undefined) return;
    this.#learn(other.#thresholds, other.#above);
    this.#top ??= other.#top;
    this.#reach(other.#top * (1 - 1 / BINS));
    const scale = other.#top / this.#top;
    for (const [route, counts] of other.#counts.entries()) {
      const own = this.#counts.at(route);
      for (const [bin, one] of counts.entries()) count(own, scale === 1 ? bin : Math.floor((bin + 0.5) * scale), one);
    }
  }

  #learn(thresholds: LedgerScore['thresholds'], above: string | undefined): void {
    const isSame = isDeepStrictEqual(thresholds, this.#thresholds);
    this.#thresholds = thresholds;
    this.#above = above ?? (isSame ? this.#above : undefined);
  }

  /** Makes the bins wide enough for a score: two become one. */
  #reach(value: number): void {
    while (value >= this.top && this.#doublings < MAX_DOUBLINGS) {
      this.#doublings += 1;
      this.#top = 2 * this.top;
      for (const [, counts] of this.#counts.entries()) {
        const folded = counts.map((_, bin) => (counts[2 * bin] ?? 0) + (counts[2 * bin + 1] ?? 0));
        counts.splice(0, BINS, ...folded);
      }
    }
  }
}

function topOf(thresholds: LedgerScore['thresholds']): number {
  const highest = Math.max(0, ...thresholds.map(({ upTo }) => upTo));
  return highest > 0 ? 2 * highest : USUAL_TOP;
}

function count(bins: number[], bin: number, by: number): void {
  const kept = Math.max(0, Math.min(BINS - 1, bin));
  bins[kept] = (bins[kept] ?? 0) + by;
}
