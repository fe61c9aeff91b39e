import { setImmediate as turn } from 'node:timers/promises';
import type { Subject } from './workload.ts';

/** Medians of the rounds. */
export interface ScrapeCost {
  readonly name: string;
  /** CPU milliseconds of the process, of all its threads. */
  readonly cpuMs: number;
  /** The longest time that the event loop was held at once, in milliseconds. */
  readonly blockMs: number;
}

const WARMING_ROUNDS = 5;

/** Scrapes the subjects in turn: a busy machine disturbs all of them alike. */
export async function measureScrapes(subjects: readonly Subject[], rounds: number): Promise<readonly ScrapeCost[]> {
  const costs = subjects.map(() => ({ cpuMs: [] as number[], blockMs: [] as number[] }));
  for (let round = -WARMING_ROUNDS; round < rounds; round += 1) {
    for (const [index, { scrape }] of subjects.entries()) {
      const cpuMs = await cpuMsOf(scrape);
      const blockMs = await longestBlockMs(scrape);
      if (round < 0) continue;
      costs[index]?.cpuMs.push(cpuMs);
      costs[index]?.blockMs.push(blockMs);
    }
  }
  return subjects.map(({ name }, index) => ({
    name,
    cpuMs: median(costs[index]?.cpuMs ?? []),
    blockMs: median(costs[index]?.blockMs ?? []),
  }));
}

/** CPU clocks jump by up to 4 ms, so a short page is scraped several times. */
const CPU_BATCH_MS = 40;

async function cpuMsOf(scrape: Subject['scrape']): Promise<number> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  let times = 0;
  do {
    await scrape();
    times += 1;
  } while (performance.now() - startedAt < CPU_BATCH_MS);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / times;
}

/** Looks at the clock in every turn of the event loop while the page is written. */
async function longestBlockMs(scrape: Subject['scrape']): Promise<number> {
  let isOver = false;
  let longest = 0;
  let seenAt = performance.now();
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - seenAt);
    seenAt = now;
  };
  const watching = (async (): Promise<void> => {
    while (!isOver) {
      await turn();
      look();
    }
  })();
  await scrape();
  look();
  isOver = true;
  await watching;
  return longest;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[sorted.length >> 1] ?? Number.NaN).toPrecision(3));
}
