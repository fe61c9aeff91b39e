import { manualClock } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { FakeStore } from '../__fixtures__/fake-store.ts';
import { guardedStore } from '../store/guard/guarded-store.ts';
import { Generations } from './generations.ts';

const ignored = (): void => {};

function arrange() {
  const [clock, store] = [manualClock(), new FakeStore()];
  const generations = new Generations(guardedStore(store), 0);
  const learn = async (key: string): Promise<void> => {
    store.held.set(key, crypto.randomUUID());
    await generations.read([key], clock, ignored);
  };
  return { clock, store, generations, learn };
}

it('recalls what the store said of a tag for less than a minute', async () => {
  const { clock, store, generations, learn } = arrange();
  await learn('tag');
  await clock.advance(59_999);
  expect(generations.recall(['tag'], clock)).toEqual([store.held.get('tag')]);
  await clock.advance(1);
  expect(generations.recall(['tag'], clock)).toBeUndefined();
});

it('recalls ten thousand tags, and forgets the one that it learned first', async () => {
  const { clock, generations, learn } = arrange();
  for (let index = 0; index < 10_000; index += 1) await learn(`tag ${index}`);
  expect(generations.recall(['tag 0'], clock)).toBeDefined();
  await learn('tag 0');
  await learn('one more');
  expect(generations.recall(['tag 1'], clock)).toBeUndefined();
  expect(generations.recall(['tag 0'], clock)).toBeDefined();
  expect(generations.recall(['one more'], clock)).toBeDefined();
});
