import { type Arrival, compressArrivals } from './arrivals.ts';
import type { Random } from './random.ts';
import type { WorkloadSettings } from './workload.ts';

/** When requests are sent. */
export interface Schedule {
  /** Milliseconds after the start, ascending; one for each request. */
  readonly timesMs: readonly number[];
  /** What the trace says about each request; empty without a trace. */
  readonly arrivals: readonly Arrival[];
  /** One sentence about where the times come from. */
  readonly description: string;
}

/** Times for up to `count` requests: those of a trace made faster, or else as independent customers come. */
export function scheduleOf(count: number, { arrivals, spanFor }: WorkloadSettings, random: Random): Schedule {
  const spanMs = spanFor(count);
  if (arrivals === undefined) {
    return {
      timesMs: independentTimes(count, spanMs, random),
      arrivals: [],
      description: `sent at random within ${seconds(spanMs)}`,
    };
  }
  const used = arrivals.slice(0, count);
  const { arrivals: compressed, speedup } = compressArrivals(used, spanMs);
  const recordedMs = used.at(-1)?.atMs ?? 0;
  return {
    timesMs: compressed.map(({ atMs }) => atMs),
    arrivals: compressed,
    description:
      speedup === 1
        ? 'sent at the times of the trace'
        : `sent at the times of the trace, ${seconds(recordedMs)} of it made ${speedup.toFixed(1)} times faster`,
  };
}

/** Customers who know nothing of each other leave exponential gaps. */
function independentTimes(count: number, spanMs: number, random: Random): readonly number[] {
  const gaps = Array.from({ length: count }, () => -Math.log(1 - random()));
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  let passed = 0;
  return gaps.map((gap) => {
    const atMs = (passed * spanMs) / total;
    passed += gap;
    return atMs;
  });
}

function seconds(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1_000)} s`;
}
