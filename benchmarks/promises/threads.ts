import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Pool } from './pools.ts';
import { type Cell, tasksOf } from './simulate.ts';

/** What a thread is given: the pools, whose columns all threads share, and how many calibrations a cell has. */
export interface ThreadData {
  readonly pools: readonly Pool[];
  readonly calibrations: number;
}

/**
 * Simulates every size of every pool in several threads. Each cell has random numbers of its own, so the result is the same with any
 * number of threads.
 *
 * @param onCells - told the cells of each pool and size in their order, and the share of the work that is done
 */
export async function simulateAll(
  pools: readonly Pool[],
  calibrations: number,
  threads: number,
  onCells: (cells: readonly Cell[], done: number) => void,
): Promise<void> {
  const tasks = tasksOf(pools.length);
  const workerData: ThreadData = { pools: pools.map(shared), calibrations };
  const found: (readonly Cell[])[] = [];
  let [next, told, done] = [0, 0, 0];
  const runThread = async (): Promise<void> => {
    const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData });
    try {
      while (next < tasks.length) {
        const index = next;
        next += 1;
        worker.postMessage(tasks[index]);
        const [cells] = await once(worker, 'message'); // rejects if the thread fails
        found[index] = cells;
        done += 1;
        for (let ready = found[told]; ready !== undefined; ready = found[told]) {
          onCells(ready, done / tasks.length);
          told += 1;
        }
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, runThread));
}

/** The same pool with columns that threads share instead of copying them. */
function shared({ name, choices, scores }: Pool): Pool {
  const column = (values: Float64Array): Float64Array => {
    const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
    copy.set(values);
    return copy;
  };
  return {
    name,
    scores: column(scores),
    choices: {
      cheapQuality: column(choices.cheapQuality),
      strongQuality: column(choices.strongQuality),
      cheapCost: column(choices.cheapCost),
      strongCost: column(choices.strongCost),
      baselineCost: column(choices.baselineCost),
    },
  };
}
