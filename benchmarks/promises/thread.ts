import { parentPort, workerData } from 'node:worker_threads';
import { simulate, type Task } from './simulate.ts';
import type { ThreadData } from './threads.ts';

const { pools, calibrations } = workerData as ThreadData;

parentPort?.on('message', ({ pool, rows }: Task) => {
  const from = pools[pool];
  if (from === undefined) throw new RangeError(`there is no pool ${pool}`);
  parentPort?.postMessage(simulate(from, rows, calibrations));
});
