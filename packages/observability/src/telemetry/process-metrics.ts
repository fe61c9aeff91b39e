import type { Metric } from './metric.ts';
import type { SeriesTable } from './series/series-table.ts';
import { PROCESS } from './topics/process.ts';
import { packageVersion } from './version.ts';

/** What is looked at. */
export interface ObservedProcess {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Calls `tick` every `ms`, and keeps no process alive. Returns the function that ends it. */
  readonly every: (ms: number, tick: () => void) => () => void;
  readonly memory: () => { readonly heapUsed: number; readonly heapTotal: number; readonly rss: number };
}

/** A shorter time costs more and sees shorter delays. At this one an idle process spends a ten-thousandth of its time. */
const INTERVAL_MS = 50;

const ownProcess: ObservedProcess = {
  now: () => performance.now(),
  every(ms, tick) {
    const timer = setInterval(tick, ms).unref();
    return () => clearInterval(timer);
  },
  memory: () => process.memoryUsage(),
};

/** Measures the event loop from now on, and memory at each reading. @returns the function that ends it */
export function measureProcess(table: SeriesTable, { now, every, memory }: ObservedProcess = ownProcess): () => void {
  const set = (metric: Metric<readonly [], 'gauge'>, value: number): void => table.set(metric, [], value);
  table.set(PROCESS.build, [packageVersion() ?? 'unknown'], 1);
  const delays = table.seriesOf(PROCESS.delay, []);
  let dueAt = now() + INTERVAL_MS;
  const tick = (): void => {
    const at = now();
    table.measureIn(PROCESS.delay, delays, Math.max(0, at - dueAt) / 1_000);
    dueAt = at + INTERVAL_MS;
  };
  const stopTicking = every(INTERVAL_MS, tick);
  const stopReading = table.onRead(() => {
    const { heapUsed, heapTotal, rss } = memory();
    set(PROCESS.heapUsed, heapUsed);
    set(PROCESS.heapTotal, heapTotal);
    set(PROCESS.resident, rss);
  });
  return () => {
    stopTicking();
    stopReading();
  };
}
