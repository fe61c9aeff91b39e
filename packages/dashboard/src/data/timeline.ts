import type { Range } from '../wire/index.ts';
import type { SeenRequest } from './seen-request.ts';
import { sumOfTallies, Tally } from './tally.ts';
import { TallyLevel } from './tally-level.ts';

/** How many buckets a range has. */
const BUCKETS = 60;

/** So many buckets are drawn at least, however short the time that is known. */
const FEWEST_DRAWN = 20;

const SECOND_MS = 1000;

/** The length of a bucket of each range. */
export const STEP_MS: Readonly<Record<Range, number>> = {
  '1m': SECOND_MS,
  '15m': 15 * SECOND_MS,
  '1h': 60 * SECOND_MS,
  '24h': 24 * 60 * SECOND_MS,
  '7d': 168 * 60 * SECOND_MS,
};

/** Every range, the shortest first. */
export const RANGES = Object.keys(STEP_MS) as readonly Range[];

/** Buckets are kept for two periods of the longest range that is made of them, to compare the two. */
const LEVELS: readonly { readonly stepMs: number; readonly longest: Range }[] = [
  { stepMs: SECOND_MS, longest: '1m' },
  { stepMs: 15 * SECOND_MS, longest: '1h' },
  { stepMs: 12 * 60 * SECOND_MS, longest: '7d' },
];

/** How long sums are kept. */
export const KEPT_MS: number = 2 * BUCKETS * STEP_MS['7d'];

/** What was counted in a period. */
export interface PeriodTally {
  readonly fromAtMs: number;
  readonly toAtMs: number;
  readonly stepMs: number;
  readonly all: Tally;
  /** Where the first of `buckets` begins. */
  readonly drawnFromAtMs: number;
  /** One for each bucket, oldest first; undefined where nothing ended. */
  readonly buckets: readonly (Tally | undefined)[];
}

/** The period that a range covers at an instant: whole buckets, the last of them unfinished. */
export function periodOf(range: Range, nowAtMs: number): { readonly fromAtMs: number; readonly toAtMs: number } {
  const stepMs = STEP_MS[range];
  return { fromAtMs: Math.floor(nowAtMs / stepMs) * stepMs - (BUCKETS - 1) * stepMs, toAtMs: nowAtMs };
}

/** The buckets of a period to draw: those since an instant, because a chart of the time before would be empty. */
export function drawnSince(
  { fromAtMs, stepMs }: Pick<PeriodTally, 'fromAtMs' | 'stepMs'>,
  sinceAtMs: number,
): { readonly drawnFromAtMs: number; readonly count: number } {
  const before = Math.floor((sinceAtMs - fromAtMs) / stepMs);
  const skipped = Math.max(0, Math.min(BUCKETS - FEWEST_DRAWN, before));
  return { drawnFromAtMs: fromAtMs + skipped * stepMs, count: BUCKETS - skipped };
}

/** The shortest range that covers everything since an instant. */
export function rangeSince(sinceAtMs: number, nowAtMs: number): Range {
  return RANGES.find((range) => periodOf(range, nowAtMs).fromAtMs <= sinceAtMs) ?? '7d';
}

/** Tallies by the time at which requests ended, in a bounded number of buckets. */
export class Timeline {
  /** The finest first. */
  readonly #levels: readonly TallyLevel[];

  constructor() {
    const levels: TallyLevel[] = [];
    for (const { stepMs, longest } of LEVELS.toReversed()) {
      levels.unshift(new TallyLevel(stepMs, (2 * BUCKETS * STEP_MS[longest]) / stepMs, levels[0]));
    }
    this.#levels = levels;
  }

  add(request: SeenRequest, endedAtMs: number): void {
    this.#levels[0]?.add(request, endedAtMs);
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
    const toAtMs = periodsAgo === 0 ? nowAtMs : fromAtMs + BUCKETS * stepMs;
    return { fromAtMs, toAtMs, stepMs, all, drawnFromAtMs: fromAtMs, buckets };
  }

  /** From the coarsest level that divides the bucket, and what finer levels have not handed on to it. */
  #bucket(atMs: number, lengthMs: number): Tally | undefined {
    const at = this.#levels.findLastIndex(({ stepMs }) => stepMs <= lengthMs);
    const finer = this.#levels.slice(0, at).flatMap((level) => level.openBetween(atMs, lengthMs) ?? []);
    return sumOfTallies([...(this.#levels[at]?.between(atMs, lengthMs) ?? []), ...finer]);
  }
}
