import { recordingObserver } from 'tta-dev-primitives/testing';
import { expect, it } from 'vitest';
import { FakeStore } from './__fixtures__/fake-store.ts';
import { CachePrimitive } from './cache-primitive.ts';

const TEXT = { 'content-type': 'text/plain' };

const text = (): Response => new Response('a long body', { headers: TEXT });
const binary = (): Response => new Response(Uint8Array.of(255, 0, 255, 0, 1, 2));

it.each<[string, () => Response, (value: string) => string]>([
  ['a text that the store has cut', text, (value) => value.slice(0, -4)],
  ['a text that goes on', text, (value) => `${value} and more`],
  ['bytes that the store has cut', binary, (value) => value.slice(0, -4)],
])('%s is not served, and is replaced', async (_, answer, spoil) => {
  using recording = recordingObserver();
  const store = new FakeStore();
  const cache = new CachePrimitive((_input: unknown) => answer(), { operation: 'chat', store });
  const read = async (): Promise<string> => (await cache.execute('a')).text();
  const body = await read();
  await expect.poll(() => store.held.size).toBe(1);
  for (const [key, value] of store.held) store.held.set(key, spoil(value));
  expect(await read()).toBe(body);
  expect(recording.factsOf('cache.corrupt')).toEqual([true]);
  expect(cache.getStats()).toMatchObject({ hits: 0, misses: 2 });
  await expect.poll(async () => [await read(), cache.getStats().hits > 0]).toEqual([body, true]);
});
