import { CachePrimitive, type CacheStore, memoryStore, tieredStore } from 'tta-observability-integration/primitives';
import { expect, it } from 'vitest';
import { openHandle } from '../__fixtures__/open-handle.ts';
import { askAll, cached, modelStep, router } from '../__fixtures__/workflow.ts';
import type { Cache, RequestPage } from '../wire/index.ts';

it('names the route and the model that made an answer of the cache', async () => {
  using page = openHandle();
  await askAll(cached(router()), ['hi', 'a long question', 'hi', 'a long question']);
  const { rows } = await page.get<RequestPage>('requests?cache=hit');
  expect(rows.map(({ route, model, attempts }) => [route, model, attempts])).toEqual([
    ['large', 'gpt-4o', 0],
    ['small', 'gpt-4o-mini', 0],
  ]);
});

it('names no route for a model that two routes ask', async () => {
  using page = openHandle();
  await askAll(cached(router(modelStep('gpt-4o-mini'))), ['hi', 'a long question', 'hi']);
  const { rows } = await page.get<RequestPage>('requests?cache=hit');
  expect(rows).toMatchObject([{ model: 'gpt-4o-mini' }]);
  expect(rows[0]).not.toHaveProperty('route');
});

it('shows how much a store in memory holds, alone or before another one', async () => {
  using page = openHandle();
  await askAll(cached(router()), ['one', 'two', 'two']);
  const nothing: CacheStore = {
    ...{ get: async () => undefined, set: async () => {}, setIfAbsent: async () => true, delete: async () => {} },
    close: async () => {},
  };
  const store = tieredStore(memoryStore({ maxBytes: 9_000 }), nothing);
  const tiered = new CachePrimitive(router(), { store, operation: 'faq' });
  const asked = async () => {
    await askAll(tiered, ['one']); // a lookup says what was held before it
    const { stores } = await page.get<Cache>('cache');
    return stores.map(({ name, tier, entries, maxBytes }) => [name, tier, entries, maxBytes]);
  };
  await expect.poll(asked).toEqual([
    ['chat', 'only', 2, 1_000_000],
    ['faq', 'near', 1, 9_000],
    ['faq', 'far', null, undefined],
  ]);
});
