import type { Range } from '../wire/index.ts';
import type { SeenRequest } from './seen-request.ts';
import { sumOfTallies, Tally } from './tally.ts';

/** How many buckets a screen shows. */
export const BUCKETS = 60;

const SECOND_MS = 1000;

/** The length of a bucket of each range. */
export const STEP_MS: Readonly<Record<Range, number>> = {
  '15m': 15 * SECOND_MS,
  '1h': 60 * SECOND_MS,
  '24h': 24 * 60 * SECOND_MS,
  '7d': 168 * 60 * SECOND_MS,
};

/** Fine buckets for the minutes and the hour, coarse ones for the day and the week; both last for two periods, to compare them. */
const FINE_MS = 15 * SECOND_MS;
const FINE_KEPT = (2 * BUCKETS * STEP_MS['1h']) / FINE_MS;
const COARSE_MS = 12 * 60 * SECOND_MS;
const COARSE_KEPT = (2 * BUCKETS * STEP_MS['7d']) / COARSE_MS;

/** What was counted in a period. */
export interface PeriodTally {
  readonly fromAtMs: number;
  readonly toAtMs: number;
  readonly stepMs: number;
  readonly all: Tally;
  /** One for each bucket, oldest first; undefined where nothing ended. */
  readonly buckets: readonly (Tally | undefined)[];
}

/** The period that a range covers at an instant: whole buckets, the last of them unfinished. */
export function periodOf(range: Range, nowAtMs: number): { readonly fromAtMs: number; readonly toAtMs: number } {
  const stepMs = STEP_MS[range];
  return { fromAtMs: Math.floor(nowAtMs / stepMs) * stepMs - (BUCKETS - 1) * stepMs, toAtMs: nowAtMs };
}

/** Tallies by the time at which requests ended, in a bounded number of buckets. */
export class Timeline {
  readonly #fine = new TallyRing(FINE_MS, FINE_KEPT);
  readonly #coarse = new TallyRing(COARSE_MS, COARSE_KEPT);
  /** The newest fine bucket, which is not in a coarse one yet. */
  #open: { readonly index: number; readonly tally: Tally } | undefined;

  add(request: SeenRequest, endedAtMs: number): void {
    const index = Math.floor(endedAtMs / FINE_MS);
    const tally = this.#fine.at(endedAtMs);
    tally.add(request);
    if (this.#open === undefined || index > this.#open.index) this.#next(index, tally);
    else if (index < this.#open.index) this.#coarse.at(endedAtMs).add(request);
  }

  #next(index: number, tally: Tally): void {
    const closed = this.#open;
    this.#open = { index, tally };
    if (closed !== undefined) this.#coarse.at(closed.index * FINE_MS).merge(closed.tally);
  }

  /** The period that ends with the bucket of `nowAtMs`; with `periodsAgo` 1 the one before it. */
  read(range: Range, nowAtMs: number, periodsAgo = 0): PeriodTally {
    const stepMs = STEP_MS[range];
    const shiftMs = periodsAgo * BUCKETS * stepMs;
    const fromAtMs = periodOf(range, nowAtMs).fromAtMs - shiftMs;
    const all = new Tally();
    const buckets = Array.from({ length: BUCKETS }, (_, index) => {
      const bucket = this.#bucket(fromAtMs + index * stepMs, stepMs);
      if (bucket !== undefined) all.merge(bucket);
      return bucket;
    });
    return { fromAtMs, toAtMs: periodsAgo === 0 ? nowAtMs : fromAtMs + BUCKETS * stepMs, stepMs, all, buckets };
  }

  #bucket(atMs: number, stepMs: number): Tally | undefined {
    if (stepMs < COARSE_MS) return sumOfTallies(this.#fine.between(atMs, stepMs));
    const parts = this.#coarse.between(atMs, stepMs);
    const openAtMs = (this.#open?.index ?? -1) * FINE_MS;
    if (this.#open !== undefined && openAtMs >= atMs && openAtMs < atMs + stepMs) parts.push(this.#open.tally);
    return sumOfTallies(parts);
  }
}

/** Tallies of equal stretches of time; the oldest give way. */
class TallyRing {
  readonly #stepMs: number;
  readonly #kept: number;
  readonly #tallies = new Map<number, Tally>();

  constructor(stepMs: number, kept: number) {
    this.#stepMs = stepMs;
    this.#kept = kept;
  }

  at(atMs: number): Tally {
    const index = Math.floor(atMs / this.#stepMs);
    const known = this.#tallies.get(index);
    if (known !== undefined) return known;
    const tally = new Tally();
    this.#tallies.set(index, tally);
    if (this.#tallies.size > this.#kept) this.#forget();
    return tally;
  }

  between(fromAtMs: number, lengthMs: number): Tally[] {
    const first = Math.round(fromAtMs / this.#stepMs);
    const parts: Tally[] = [];
    for (let index = first; index < first + lengthMs / this.#stepMs; index += 1) {
      const tally = this.#tallies.get(index);
      if (tally !== undefined) parts.push(tally);
    }
    return parts;
  }

  #forget(): void {
    const oldest = Math.min(...this.#tallies.keys());
    this.#tallies.delete(oldest);
  }
}
