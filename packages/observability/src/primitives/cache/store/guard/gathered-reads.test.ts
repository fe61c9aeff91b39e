import type { NoteFact } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { FakeStore, never, reply } from '../../__fixtures__/fake-store.ts';
import type { ReportingStore } from '../reporting-store.ts';
import { type StoredValue, StoreError, storedValue } from '../store.ts';
import type { GuardableStore } from './guardable-store.ts';
import { guardedStore } from './guarded-store.ts';

/** A store with a command for many keys. */
class GatheringStore extends FakeStore implements GuardableStore {
  readonly batches: (readonly string[])[] = [];
  readonly together = {
    texts: (keys: readonly string[]) => this.#read(keys),
    bytes: async (keys: readonly string[]) => (await this.#read(keys)).map(inBytes),
  };

  async getBytes(key: string): Promise<StoredValue<Uint8Array> | undefined> {
    return inBytes(await this.get(key));
  }

  async #read(keys: readonly string[]): Promise<(StoredValue | undefined)[]> {
    this.batches.push(keys);
    await this.trouble('get');
    return keys.map((key) => storedValue(this.held.get(key)));
  }
}

function inBytes(stored: StoredValue | undefined): StoredValue<Uint8Array> | undefined {
  return stored && { value: Buffer.from(stored.value) };
}

function setUp() {
  const clock = manualClock();
  const fake = new GatheringStore();
  const store: ReportingStore = guardedStore(fake, { clock, random: () => 1 });
  const facts: string[] = [];
  const note: NoteFact = (name, value) => void facts.push(`${name}=${String(value)}`);
  return { clock, fake, store, facts, note };
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof StoreError ? error.reason : 'not a StoreError'),
  );
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('reads asked for in one turn of the event loop', () => {
  it('are made in one go, each key once, and each caller gets its own value', async () => {
    const { fake, store } = setUp();
    fake.held.set('a', 'A').set('b', 'B');
    const read = ['a', 'b', 'absent', 'a'].map((key) => store.get(key));
    const [a, b] = ['A', 'B'].map((value) => ({ value, tier: 'far' }));
    expect(await Promise.all(read)).toEqual([a, b, undefined, a]);
    expect(fake.batches).toEqual([['a', 'b', 'absent']]);
  });

  it('are made apart from those of the next turn', async () => {
    const { fake, store } = setUp();
    const first = store.get('a');
    await turn();
    await turn();
    await Promise.all([first, store.get('a')]);
    expect(fake.batches).toEqual([['a'], ['a']]);
  });

  it('are gathered for bytes too', async () => {
    const { fake, store } = setUp();
    fake.held.set('a', 'é').set('b', 'B');
    const bytes = await Promise.all(['a', 'b', 'c'].map((key) => store.getBytes?.(key)));
    expect(bytes.map((stored) => stored?.value)).toEqual([Buffer.from('é'), Buffer.from('B'), undefined]);
    expect(fake.batches).toEqual([['a', 'b', 'c']]);
  });

  it('are made in goes of a hundred keys at most', async () => {
    const { fake, store } = setUp();
    const keys = Array.from({ length: 250 }, (_, index) => `k${index}`);
    for (const key of keys) fake.held.set(key, `value of ${key}`);
    const read = await Promise.all(keys.map((key) => store.get(key)));
    expect(read.map((stored) => stored?.value)).toEqual(keys.map((key) => `value of ${key}`));
    expect(fake.batches.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('F04 wait for a hung store until the deadline together, and open the breaker once', async () => {
    const { clock, fake, store, facts, note } = setUp();
    fake.trouble = never;
    const reads = ['a', 'b', 'b'].map((key) => reasonOf(store.get(key, note)));
    await turn();
    await clock.advance(49);
    expect(await Promise.race([...reads, 'pending'])).toBe('pending');
    await clock.advance(1);
    expect(await Promise.all(reads)).toEqual(Array(3).fill('timeout'));
    expect(facts.filter((fact) => fact === 'cache.storeError=timeout')).toHaveLength(3);
    expect(facts.filter((fact) => fact === 'cache.breakerState=open')).toHaveLength(1);
    expect(await reasonOf(store.get('a'))).toBe('timeout');
    expect(fake.batches).toHaveLength(1);
  });

  it('fail together, with a reason for each caller', async () => {
    const { fake, store } = setUp();
    fake.trouble = reply('LOADING Redis is loading the dataset in memory');
    const reads = ['a', 'b'].map((key) => reasonOf(store.get(key)));
    expect(await Promise.all(reads)).toEqual(['loading', 'loading']);
  });

  it.each([null, undefined, {}, 'text'])('fail if the store gives no list, but %j', async (given) => {
    const { fake, store, facts, note } = setUp();
    fake.together.texts = async () => given as never;
    expect(await reasonOf(store.get('a', note))).toBe('other');
    expect(facts).toContain('cache.storeError=other');
  });
});
