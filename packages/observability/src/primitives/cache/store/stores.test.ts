import { type OptionalMember, type StoreConformanceOptions, storeConformance } from 'tta-conformance';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { sealEnvelope } from '../entry/envelope.ts';
import { guardedStore } from './guard/guarded-store.ts';
import { memoryStore } from './memory-store.ts';
import type { CacheStore } from './store.ts';
import { tieredStore } from './tiered-store.ts';

const HOUR_MS = 3_600_000;

const EVERYTHING: readonly OptionalMember[] = ['atomic', 'getMany', 'getBytes', 'entries'];

describe('memoryStore', () => {
  const clock = manualClock();
  conforms({ make: () => memoryStore({ clock }), wait: clock.advance, offers: EVERYTHING });

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
    expect((await store.get('large'))?.value).toBeUndefined();
    expect((await store.get('small'))?.value).toBe('x');
  });

  it('refuses a size that is none', () => {
    expect(() => memoryStore({ maxBytes: 0 })).toThrow(
      'memoryStore: maxBytes must be a whole number at least 1, but it is 0',
    );
  });
});

describe('guardedStore', () => {
  const clock = manualClock();

  describe('around a store with everything', () => {
    let backing = lasting(memoryStore({ clock }));
    const make = () => guardedStore((backing = lasting(memoryStore({ clock }))), { clock });
    const makePeer = () => guardedStore({ ...backing }, { clock });
    conforms({ make, makePeer, wait: clock.advance, offers: EVERYTHING });
  });

  describe('around a store with what every store has', () => {
    conforms({ make: () => guardedStore(unguarded(memoryStore({ clock }), []), { clock }), wait: clock.advance });

    it.each(['atomic', 'entries'] as const)('offers no %s', (member) => {
      expect(guardedStore(unguarded(memoryStore({ clock }), []))[member]).toBeUndefined();
      expect(tieredStore(memoryStore(), unguarded(memoryStore({ clock }), []))[member]).toBeUndefined();
    });

    it('can be read in every way all the same', () => {
      const store = unguarded(memoryStore({ clock }), []);
      for (const guarded of [guardedStore(store), tieredStore(memoryStore(), store)]) {
        expect(guarded).toMatchObject({ getMany: expect.any(Function), getBytes: expect.any(Function) });
      }
    });

    it('leaves the cases about the rest out, and says so', async () => {
      const cases = storeConformance({ make: () => unguarded(memoryStore({ clock }), []), wait: clock.advance });
      const results = await Promise.all(cases.map(async ({ needs, run }) => [needs.length > 0, await run()]));
      expect(new Set(results.map(String))).toEqual(new Set(['false,passed', 'true,not_offered']));
    });

    it('fails the case about a member that it must offer', async () => {
      const make = () => unguarded(memoryStore({ clock }), []);
      const [first] = storeConformance({ make, offers: ['getMany'] }).filter(({ needs }) => needs.includes('getMany'));
      await expect(first?.run()).rejects.toThrow('the store must offer getMany');
    });
  });
});

describe('tieredStore', () => {
  const clock = manualClock();
  let far = lasting(memoryStore({ clock }));
  const make = () => tieredStore(memoryStore({ clock }), (far = lasting(memoryStore({ clock }))), { clock });
  const makePeer = () => tieredStore(memoryStore({ clock }), { ...far }, { clock });
  conforms({ make, makePeer, wait: clock.advance, offers: EVERYTHING });

  const envelope = (ttlMs: number): string =>
    sealEnvelope({
      digest: 'd',
      scopeHash: 's',
      form: 'value',
      askedFor: 'unknown',
      createdAtMs: clock.epochMs(),
      ttlMs,
      payload: '1',
    });

  it('keeps near what was far, no longer than it has to live', async () => {
    const [near, far] = [memoryStore({ clock }), memoryStore({ clock })];
    const store = tieredStore(near, far, { clock });
    await far.set('k', envelope(10_000), HOUR_MS);
    await clock.advance(4_000);
    expect((await store.get('k'))?.value).toBeDefined();
    expect((await near.get('k'))?.value).toBeDefined();
    await clock.advance(6_000);
    expect((await near.get('k'))?.value).toBeUndefined();
  });

  it('keeps near no longer than nearTtlMs', async () => {
    const [near, far] = [memoryStore({ clock }), memoryStore({ clock })];
    const store = tieredStore(near, far, { clock, nearTtlMs: 1_000 });
    await store.set('k', envelope(HOUR_MS), HOUR_MS);
    await clock.advance(1_000);
    expect((await near.get('k'))?.value).toBeUndefined();
    expect((await store.get('k'))?.value).toBeDefined();
    expect((await near.get('k'))?.value).toBeDefined();
  });

  it('does not keep near what it cannot tell the life of', async () => {
    const [near, far] = [memoryStore({ clock }), memoryStore({ clock })];
    await far.set('k', 'no envelope', HOUR_MS);
    expect((await tieredStore(near, far).get('k'))?.value).toBe('no envelope');
    expect((await near.get('k'))?.value).toBeUndefined();
  });

  it('says which tier has answered', async () => {
    const [near, far] = [memoryStore({ clock }), guardedStore(unguarded(memoryStore({ clock }), []))];
    const store = tieredStore(near, far, { clock });
    await far.set('k', envelope(HOUR_MS), HOUR_MS);
    expect(await store.get('k')).toMatchObject({ tier: 'far' });
    expect(await store.get('k')).toMatchObject({ tier: 'near' });
  });
});

/** A store with the same answers that the guard does not know, and of the optional members those that are named. */
function unguarded(store: CacheStore, offers: readonly OptionalMember[]): CacheStore {
  const members = ['get', 'set', 'setIfAbsent', 'delete', 'close', ...offers] as const;
  const entries = members.map((name) => [name, name === 'atomic' ? store.atomic : store[name]?.bind(store)]);
  return Object.fromEntries(entries) as CacheStore;
}

/** A store that outlives those who close it, as a server does. */
function lasting(store: CacheStore): CacheStore {
  return { ...unguarded(store, EVERYTHING), close: async () => {} };
}

function conforms(options: StoreConformanceOptions): void {
  for (const { title, run } of storeConformance(options)) it(title, run);
}
