// Prints what pending timeouts keep, in bytes each: node --expose-gc pending-timeouts.ts
import { TimeoutPrimitive } from 'tta-observability-integration/primitives';

const CALLS = 50_000;
const ROUNDS = 3;

const settle: ((value: string) => void)[] = [];
const timeout = new TimeoutPrimitive(
  () =>
    new Promise<string>((resolve) => {
      settle.push(resolve);
    }),
  { timeoutMs: 60_000 },
);

/** How much the heap holds while they are pending, and how much once all have settled. */
async function round(): Promise<{ readonly pendingBytes: number; readonly leftBytes: number }> {
  const before = await heapBytes();
  const answers = Array.from({ length: CALLS }, (_, index) => timeout.execute(index));
  const pending = await heapBytes();
  for (const resolve of settle) resolve('v');
  await Promise.all(answers);
  settle.length = answers.length = 0;
  const after = await heapBytes();
  return { pendingBytes: (pending - before) / CALLS, leftBytes: (after - before) / CALLS };
}

async function heapBytes(): Promise<number> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

await round(); // makes what is made once: compiled code, the list of timers
const rounds = [];
for (let index = 0; index < ROUNDS; index += 1) rounds.push(await round());

const middle = (values: readonly number[]): number =>
  Math.round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN);

console.log(
  JSON.stringify({
    calls: CALLS,
    pendingBytes: middle(rounds.map(({ pendingBytes }) => pendingBytes)),
    leftBytes: middle(rounds.map(({ leftBytes }) => leftBytes)),
  }),
);
