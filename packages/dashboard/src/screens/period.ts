import type { PeriodTally } from '../data/timeline.ts';
import type { Buckets, Known, Period } from '../wire/index.ts';

export function periodOf({ fromAtMs, toAtMs }: PeriodTally): Period {
  return { fromAtMs, toAtMs };
}

export function bucketsOf({ drawnFromAtMs, stepMs, buckets }: PeriodTally): Buckets {
  return { startAtMs: drawnFromAtMs, stepMs, count: buckets.length };
}

/** A part of a whole, from 0 to 1; unknown when there is no whole. */
export function shareOf(part: number, whole: number): Known {
  return whole === 0 ? null : part / whole;
}
