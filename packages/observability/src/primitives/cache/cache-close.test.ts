import { expect, it, vi } from 'vitest';
import { CachePrimitive } from './cache-primitive.ts';
import { memoryStore } from './store/memory-store.ts';

it('closes the store that it made, once and again, and answers all the same', async () => {
  const cached = new CachePrimitive(async (question: string) => `answer to ${question}`, { operation: 'chat' });
  await cached.execute('one');
  await Promise.all([cached.close(), cached.close()]);
  expect(await cached.execute('one')).toBe('answer to one');
});

it('leaves a store that it was given to its owner', async () => {
  const store = memoryStore();
  const close = vi.spyOn(store, 'close');
  const cached = new CachePrimitive(async (question: string) => `answer to ${question}`, { operation: 'chat', store });
  await cached.execute('one');
  await cached.close();
  expect(close).not.toHaveBeenCalled();
  await cached.execute('one');
  expect(cached.getStats().hits).toBe(1);
});
