import { CircuitBreakerPrimitive } from 'tta-dev-primitives';
import {
  CachePrimitive,
  type CacheStore,
  LimitPrimitive,
  memoryStore,
  tieredStore,
} from 'tta-observability-integration/primitives';
import { expect, it } from 'vitest';
import { type OpenHandle, openHandle } from '../__fixtures__/open-handle.ts';
import { askAll, type Question, router } from '../__fixtures__/workflow.ts';
import type { Banner, Resilience, Status } from '../wire/index.ts';

const DAY_MS = 86_400_000;

const bannersOf = async (page: OpenHandle): Promise<readonly Banner[]> => (await page.get<Status>('status')).banners;

const fail = (status: number): never => {
  throw Object.assign(new Error('no'), { status });
};

it('says which failures a route cools down after, and where its requests went', async () => {
  using page = openHandle();
  const limited = router(() => fail(429));
  await askAll(limited, ['a long question', 'another long question', 'a third long question']);
  const [banner] = await bannersOf(page);
  expect(banner).toMatchObject({ kind: 'route_cooling', title: 'large is cooling' });
  expect(banner?.text).toMatch(/^It met \d rate limits?\. 3 requests went to small instead\.$/);
  expect(banner?.untilAtMs).toBeGreaterThan(Date.now());
  expect(banner?.costUsd).toBeUndefined();
});

const refuse = async (): Promise<never> => fail(503);
const BROKEN: CacheStore = {
  ...{ get: refuse, set: refuse, setIfAbsent: refuse, delete: refuse },
  close: async () => {},
};

it('counts the requests that a broken store has sent to a model, and what they cost', async () => {
  using page = openHandle();
  await askAll(new CachePrimitive(router(), { store: BROKEN, operation: 'faq' }), ['one', 'two', 'three']);
  const banners = await bannersOf(page);
  expect(banners).toMatchObject([
    { kind: 'store_down', text: 'Nothing is answered from it. 3 requests asked a model instead.' },
  ]);
  expect(banners[0]?.costUsd).toBeCloseTo(3 * 0.00021, 9);
});

it('says that a store is down while the tier before it answers', async () => {
  using page = openHandle();
  const store = tieredStore(memoryStore({ maxBytes: 1_000_000 }), BROKEN);
  await askAll(new CachePrimitive(router(), { store, operation: 'faq' }), ['one', 'one', 'one']);
  expect(await bannersOf(page)).toMatchObject([{ kind: 'store_down' }]);
});

it('counts the calls that a breaker refused', async () => {
  using page = openHandle();
  const guarded = new CircuitBreakerPrimitive((_: Question): object => fail(503), {
    ...{ failureThreshold: 2, operation: 'docs' },
  });
  await askAll(guarded, ['one', 'two', 'three', 'four']);
  expect(await bannersOf(page)).toMatchObject([
    { kind: 'breaker_open', title: 'The breaker of docs is open', text: '2 calls were refused.' },
  ]);
});

it('says what a budget that is used up has spent, what it refused, and when it begins anew', async () => {
  using page = openHandle();
  const limited = new LimitPrimitive(router(), {
    ...{ key: 'tenant', operation: 'chat', estimate: () => ({ costUsd: 0 }) },
    budget: { limitUsd: 0.0002, windowMs: DAY_MS },
  });
  await askAll(limited, ['hi', 'hi', 'hi'], { tenantId: 'acme' });
  const [banner] = await bannersOf(page);
  expect(banner).toMatchObject({ kind: 'budget_exhausted', text: '2 requests were refused.' });
  expect(banner?.costUsd).toBeCloseTo(0.00021, 9);
  const midnight = (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS;
  expect(banner?.untilAtMs).toBe(midnight);
  const { limits } = await page.get<Resilience>('resilience');
  expect(limits).toMatchObject([{ what: 'spend', startsAnewAtMs: midnight, refused: 2 }]);
});
