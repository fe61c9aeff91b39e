import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

const LENGTH = 500_000;

async function heapBytes(): Promise<number> {
  for (let time = 0; time < 3; time += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  return process.memoryUsage().heapUsed;
}

it.each<[string, (index: number) => unknown]>([
  ['long names of properties', (index) => ({ [`${index}${'x'.repeat(LENGTH)}`]: 1 })],
  ['short parts of long texts', (index) => [12, 13].map((length) => `${index}${'x'.repeat(LENGTH)}`.slice(0, length))],
])('keeps no memory of %s', async (_, made) => {
  const before = await heapBytes();
  for (let index = 0; index < 100; index += 1) void canonicalJson(made(index));
  expect((await heapBytes()) - before).toBeLessThan(10 * LENGTH);
});
