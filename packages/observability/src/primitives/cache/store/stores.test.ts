import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { storeConformance } from '../../../testing/store-conformance.ts';
import { sealEnvelope } from '../entry/envelope.ts';
import { guardedStore } from './guard/guarded-store.ts';
import { memoryStore } from './memory-store.ts';
import { tieredStore } from './tiered-store.ts';

const HOUR_MS = 3_600_000;

describe('memoryStore', () => {
  const clock = manualClock();
  for (const { title, run } of storeConformance({ make: () => memoryStore({ clock }), wait: clock.advance }))
    it(title, run);

  it('keeps to its bytes, and the values that were used last', async () => {
    const store = memoryStore({ maxBytes: 10_000 });
    for (let index = 0; index < 10; index += 1) await store.set(`k${index}`, 'x'.repeat(1_000), HOUR_MS);
    const kept = await Promise.all(Array.from({ length: 10 }, (_, index) => store.get(`k${index}`)));
    expect(kept.map((value) => value !== undefined)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('does not keep a value larger than all its bytes, and loses nothing for it', async () => {
    const store = memoryStore({ maxBytes: 10_000 });
    await store.set('small', 'x', HOUR_MS);
    await store.set('large', 'x'.repeat(10_000), HOUR_MS);
    expect(await store.get('large')).toBeUndefined();
    expect(await store.get('small')).toBe('x');
  });

  it('refuses a size that is none', () => {
    expect(() => memoryStore({ maxBytes: 0 })).toThrow(
      'memoryStore: maxBytes must be a whole number at least 1, but it is 0',
    );
  });
});

describe('guardedStore', () => {
  const clock = manualClock();
  const make = () => guardedStore({ ...unguarded(memoryStore({ clock })) });
  for (const { title, run } of storeConformance({ make, wait: clock.advance })) it(title, run);
});

describe('tieredStore', () => {
  const clock = manualClock();
  const make = () => tieredStore(memoryStore({ clock }), memoryStore({ clock }), { clock });
  for (const { title, run } of storeConformance({ make, wait: clock.advance })) it(title, run);

  const envelope = (ttlMs: number): string =>
    sealEnvelope({
      digest: 'd',
      scopeHash: 's',
      form: 'value',
      askedFor: 'unsaid',
      createdAtMs: clock.epochMs(),
      ttlMs,
      payload: '1',
    });

  it('keeps near what was far, no longer than it has to live', async () => {
    const [near, far] = [memoryStore({ clock }), memoryStore({ clock })];
    const store = tieredStore(near, far, { clock });
    await far.set('k', envelope(10_000), HOUR_MS);
    await clock.advance(4_000);
    expect(await store.get('k')).toBeDefined();
    expect(await near.get('k')).toBeDefined();
    await clock.advance(6_000);
    expect(await near.get('k')).toBeUndefined();
  });

  it('keeps near no longer than nearTtlMs', async () => {
    const [near, far] = [memoryStore({ clock }), memoryStore({ clock })];
    const store = tieredStore(near, far, { clock, nearTtlMs: 1_000 });
    await store.set('k', envelope(HOUR_MS), HOUR_MS);
    await clock.advance(1_000);
    expect(await near.get('k')).toBeUndefined();
    expect(await store.get('k')).toBeDefined();
    expect(await near.get('k')).toBeDefined();
  });

  it('does not keep near what it cannot tell the life of', async () => {
    const [near, far] = [memoryStore({ clock }), memoryStore({ clock })];
    await far.set('k', 'no envelope', HOUR_MS);
    expect(await tieredStore(near, far).get('k')).toBe('no envelope');
    expect(await near.get('k')).toBeUndefined();
  });

  it('says which tier has answered', async () => {
    const [near, far] = [memoryStore({ clock }), guardedStore({ ...unguarded(memoryStore({ clock })) })];
    const store = tieredStore(near, far, { clock });
    await far.set('k', envelope(HOUR_MS), HOUR_MS);
    const tiers: unknown[] = [];
    for (let turn = 0; turn < 2; turn += 1) {
      let tier: unknown;
      await store.get('k', (name, value) => {
        if (name === 'cache.tier') tier = value;
      });
      tiers.push(tier);
    }
    expect(tiers).toEqual(['far', 'near']);
  });
});

function unguarded(store: ReturnType<typeof memoryStore>): ReturnType<typeof memoryStore> {
  return {
    get: (key) => store.get(key),
    set: (key, value, ttlMs) => store.set(key, value, ttlMs),
    setIfAbsent: (key, value, ttlMs) => store.setIfAbsent(key, value, ttlMs),
    delete: (key) => store.delete(key),
    close: () => store.close(),
  };
}
