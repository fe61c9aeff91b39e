import { expect, it } from 'vitest';
import { writtenInSlices } from './slices.ts';

it('lets other work run whenever a slice has taken its time, and loses no text', async () => {
  let time = 0;
  const pausesAt: number[] = [];
  const all = Array.from({ length: 100 }, (_, index) => `${index},`.padEnd(1_000));
  function* texts(): Generator<string, void> {
    for (const text of all) {
      time += 1;
      yield text;
    }
  }
  const slices = await writtenInSlices(texts(), {
    sliceMs: 30,
    now: () => time,
    pause: async () => void pausesAt.push(time),
  });
  expect(String(Buffer.concat(slices))).toBe(all.join(''));
  expect(pausesAt).toEqual([32, 64, 96]);
  expect(slices).toHaveLength(4);
});

it('keeps characters whole that take several bytes', async () => {
  const pause = async (): Promise<void> => {};
  const texts = Array.from({ length: 50 }, () => 'ж☃'.repeat(2_000));
  const slices = await writtenInSlices(texts, { sliceMs: 0, pause });
  expect(slices.length).toBeGreaterThan(40);
  expect(slices.map(String).join('')).toBe(texts.join(''));
});
