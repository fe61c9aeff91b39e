import { expect, it } from 'vitest';
import { joinedInSlices } from './slices.ts';

it('lets other work run whenever a slice has taken its time, and loses no text', async () => {
  let time = 0;
  const pausesAt: number[] = [];
  function* texts(): Generator<string, void> {
    for (let index = 0; index < 100; index += 1) {
      time += 1;
      yield `${index},`;
    }
  }
  const bytes = await joinedInSlices(texts(), {
    sliceMs: 30,
    now: () => time,
    pause: async () => void pausesAt.push(time),
  });
  expect(String(bytes)).toBe(Array.from({ length: 100 }, (_, index) => `${index},`).join(''));
  expect(pausesAt).toEqual([32, 64, 96]);
});

it('keeps characters whole that take several bytes', async () => {
  const pause = async (): Promise<void> => {};
  const texts = Array.from({ length: 50 }, () => 'ж☃');
  expect(String(await joinedInSlices(texts, { sliceMs: 0, pause }))).toBe('ж☃'.repeat(50));
});
