import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { linesOf, telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';
import { Counts } from './counts.ts';
import { pageText, writePage } from './page/write-page.ts';
import { measureProcess, type ObservedProcess } from './process-metrics.ts';

/** A process whose timer runs when the test says so. */
function processForTest() {
  let at = 0;
  let tick = (): void => {};
  let isTicking = false;
  const memory = { heapUsed: 1, heapTotal: 2, rss: 3 };
  const observed: ObservedProcess = {
    now: () => at,
    every: (_ms, callback) => {
      isTicking = true;
      tick = callback;
      return () => void (isTicking = false);
    },
    memory: () => memory,
  };
  return {
    observed,
    memory,
    get isTicking() {
      return isTicking;
    },
    runTimerAt(ms: number): void {
      at = ms;
      tick();
    },
  };
}

const read = async ({ table }: Counts): Promise<ReadonlyMap<string, number>> =>
  linesOf(pageText(await writePage({ resource: {}, table }, 'text')));

describe('metrics of the process', () => {
  it('say how late timers ran', async () => {
    const counts = new Counts();
    const own = processForTest();
    measureProcess(counts.table, own.observed);
    own.runTimerAt(50); // in time
    own.runTimerAt(160); // 60 ms late
    own.runTimerAt(209); // a millisecond early
    const lines = await read(counts);
    expect(lines.get('nodejs_eventloop_delay_seconds_count')).toBe(3);
    expect(lines.get('nodejs_eventloop_delay_seconds_sum')).toBe(0.06);
    expect(lines.get('nodejs_eventloop_delay_seconds_bucket{le="0.05"}')).toBe(2);
  });

  it('say at each reading how much memory is taken, until they end', async () => {
    const counts = new Counts();
    const own = processForTest();
    const end = measureProcess(counts.table, own.observed);
    const values = async (): Promise<unknown[]> => {
      const lines = await read(counts);
      const names = ['nodejs_heap_size_used_bytes', 'nodejs_heap_size_total_bytes', 'process_resident_memory_bytes'];
      return names.map((name) => lines.get(name));
    };
    expect(await values()).toEqual([1, 2, 3]);
    own.memory.heapUsed = 7;
    expect(await values()).toEqual([7, 2, 3]);
    end();
    own.memory.heapUsed = 8;
    expect(await values()).toEqual([7, 2, 3]);
    expect(own.isTicking).toBe(false);
  });

  it('say which version runs, and in which state telemetry is', async () => {
    await using telemetry = await telemetryForTest({ sampleRatio: 7 });
    const file = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(file) as { version: string };
    const lines = linesOf(await telemetry.handle.metricsText());
    expect(lines.get(`tta_build_info{version="${version}"}`)).toBe(1);
    expect(lines.get('telemetry_state{state="degraded"}')).toBe(1);
    expect(lines.get('telemetry_state{state="active"}')).toBe(0);
    expect(lines.get('telemetry_problems')).toBe(1);
    await telemetry.observability.initialize({ sampleRatio: 1 }); // has no effect, which is a problem too
    expect(await telemetry.read('telemetry_problems')).toBe(2);
  });
});
