import { isStream } from 'tta-dev-primitives/internal';
import { expect, it } from 'vitest';
import { CachePrimitive } from './cache-primitive.ts';
import { memoryStore } from './store/memory-store.ts';

const REQUEST = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'Capital of Italy?' }] }] };

const USAGE = { inputTokens: { total: 9, noCache: 9 }, outputTokens: { total: 2, text: 2 } };

const END = { finishReason: { unified: 'stop', raw: 'stop' }, usage: USAGE };

const RESPONSE = { id: 'r1', modelId: 'gpt-5-mini', timestamp: new Date(1_700_000_000_000) };

async function chunksOf(output: unknown): Promise<unknown[]> {
  const chunks: unknown[] = [];
  if (isStream(output)) for await (const chunk of output) chunks.push(chunk);
  return chunks;
}

it('gives a stored result of a language model with its date', async () => {
  const answer = { content: [{ type: 'text', text: 'Rome.' }], ...END, response: RESPONSE };
  const cache = new CachePrimitive(async (_: object) => structuredClone(answer), {
    operation: 'chat',
    store: memoryStore(),
  });
  await cache.execute(REQUEST);
  expect(await cache.execute(REQUEST)).toEqual(answer);
  expect(cache.getStats()).toMatchObject({ hits: 1, misses: 1 });
});

it('gives the parts of a stored stream with their dates', async () => {
  const parts = [
    { type: 'stream-start', warnings: [] },
    { type: 'response-metadata', ...RESPONSE },
    { type: 'text-delta', id: '0', delta: 'Rome.' },
    { type: 'finish', ...END },
  ];
  const cache = new CachePrimitive(async (_: object) => ReadableStream.from(structuredClone(parts)), {
    operation: 'chat',
    store: memoryStore(),
  });
  await chunksOf(await cache.execute(REQUEST));
  expect(await chunksOf(await cache.execute(REQUEST))).toEqual(parts);
  expect(cache.getStats()).toMatchObject({ hits: 1, misses: 1 });
});
