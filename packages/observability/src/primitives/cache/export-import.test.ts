import { WorkflowContext } from 'tta-dev-primitives';
import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { CachePrimitive } from './cache-primitive.ts';
import { exportEntries, importEntries } from './export-import.ts';
import { memoryStore } from './store/memory-store.ts';
import type { CacheStore, StoredValue, StoreEntry } from './store/store.ts';

const HOUR_MS = 3_600_000;

/** A store in a map that can list what it holds. */
class ListedStore implements CacheStore {
  readonly held = new Map<string, { readonly value: string; readonly expiresAt: number }>();
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async get(key: string): Promise<StoredValue | undefined> {
    const entry = this.held.get(key);
    return entry !== undefined && entry.expiresAt > this.#clock.now() ? { value: entry.value } : undefined;
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    this.held.set(key, { value, expiresAt: this.#clock.now() + ttlMs });
  }

  async setIfAbsent(): Promise<boolean> {
    throw new Error('nobody asked for it');
  }

  async delete(key: string): Promise<void> {
    this.held.delete(key);
  }

  async *entries(prefix: string): AsyncGenerator<StoreEntry> {
    for (const [key, { value, expiresAt }] of this.held) {
      if (key.startsWith(prefix)) yield { key, value, ttlMs: expiresAt - this.#clock.now() };
    }
  }

  async close(): Promise<void> {}
}

async function linesOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

const cacheOn = (store: CacheStore, ask: (prompt: string) => unknown) =>
  new CachePrimitive(ask, { operation: 'chat', store, ttlMs: HOUR_MS });

const contextOf = (clock: ManualClock): WorkflowContext => new WorkflowContext({ clock, tenantId: 'acme' });

const unasked = (): never => {
  throw new Error('the step was asked');
};

/** The lines of a cache that has answered "a" and "b", and the clock it did so by. */
async function recorded(): Promise<{ readonly clock: ManualClock; readonly lines: string[] }> {
  const clock = manualClock();
  const store = new ListedStore(clock);
  const cache = cacheOn(store, (prompt) => ({ answer: prompt }));
  for (const prompt of ['a', 'b']) await cache.execute(prompt, contextOf(clock));
  await clock.advance(0);
  return { clock, lines: await linesOf(exportEntries(store, { clock })) };
}

describe('a cassette', () => {
  it('gives another cache the answers of the first, for as long as they had still to live', async () => {
    const { clock, lines } = await recorded();
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.endsWith('}\n'))).toBe(true);
    await clock.advance(HOUR_MS / 2);
    const store = memoryStore({ clock });
    expect(await importEntries(store, lines, { clock })).toEqual({ imported: 2, expired: 0, refused: [] });
    const cache = cacheOn(store, unasked);
    expect(await cache.execute('b', contextOf(clock))).toEqual({ answer: 'b' });
    await clock.advance(HOUR_MS / 2);
    await expect(cache.execute('b', contextOf(clock))).rejects.toThrow('the step was asked');
  });

  it('counts answers whose life was over, and gives them a new one when asked to', async () => {
    const { clock, lines } = await recorded();
    await clock.advance(100 * HOUR_MS);
    const store = memoryStore({ clock });
    expect(await importEntries(store, lines, { clock })).toMatchObject({ imported: 0, expired: 2 });
    expect(await importEntries(store, lines, { clock, ttlMs: 10 * HOUR_MS })).toMatchObject({
      imported: 2,
      expired: 0,
    });
    await clock.advance(9 * HOUR_MS);
    const cache = new CachePrimitive(unasked as (prompt: string) => unknown, { operation: 'chat', store });
    expect(await cache.execute('a', contextOf(clock))).toEqual({ answer: 'a' });
  });

  it('reports lines that hold no entry by their number, and imports the others', async () => {
    const { clock, lines } = await recorded();
    const bad = [
      'nonsense',
      '[]',
      '{"key":"x","value":"y","expiresAtMs":1}',
      '{"key":"v1:x","value":1}',
      '{"key":"v1:x","value":"y"}',
      '{"key":"v1:x","value":"y","expiresAtMs":1e999}',
      '',
    ];
    const report = await importEntries(memoryStore({ clock }), [...bad, ...lines], { clock });
    expect(report.imported).toBe(2);
    expect(report.refused).toEqual([
      { line: 1, problem: 'it is not JSON' },
      { line: 2, problem: 'it is not an object' },
      { line: 3, problem: '"key" must be a text that begins with v1:' },
      { line: 4, problem: '"value" must be a text' },
      { line: 5, problem: '"expiresAtMs" must be a whole number' },
      { line: 6, problem: '"expiresAtMs" must be a whole number' },
    ]);
  });

  it('lists what it is asked for', async () => {
    const clock = manualClock();
    const store = new ListedStore(clock);
    await store.set('v1:chat:a', 'one', HOUR_MS);
    await store.set('v1:mail:a', 'two', HOUR_MS);
    const lines = await linesOf(exportEntries(store, { prefix: 'v1:mail:', clock }));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { key: 'v1:mail:a', value: 'two', expiresAtMs: clock.epochMs() + HOUR_MS },
    ]);
  });

  it('holds no prompt', async () => {
    const clock = manualClock();
    const store = new ListedStore(clock);
    await cacheOn(store, () => 'yes').execute('marker-1207', contextOf(clock));
    await clock.advance(0);
    const text = (await linesOf(exportEntries(store, { clock }))).join('');
    expect(text).toContain('yes');
    expect(text).not.toContain('marker-1207');
  });

  it('refuses what is no list of lines, one text of them included, without repeating it', async () => {
    const { lines } = await recorded();
    // @ts-expect-error: one text is no list of lines
    await expect(importEntries(memoryStore(), lines.join(''))).rejects.toThrow(
      /^importEntries: lines must be an iterable of lines, but it is one text; split it at its line breaks$/,
    );
    await expect(importEntries(memoryStore(), undefined as never)).rejects.toThrow(
      new TypeError('importEntries: lines must be an iterable of lines, but it is undefined'),
    );
  });

  it('says so when a store cannot list, or an option is wrong', async () => {
    const { entries: _none, ...deaf } = { entries: undefined };
    const store = Object.assign(deaf, {
      get: unasked,
      set: unasked,
      setIfAbsent: unasked,
      delete: unasked,
      close: unasked,
    });
    await expect(linesOf(exportEntries(store))).rejects.toThrow(
      'exportEntries: store must be able to list its entries',
    );
    await expect(importEntries(store, [], { ttlMs: 0 })).rejects.toThrow(
      'importEntries: ttlMs must be a number above 0',
    );
    await expect(importEntries(memoryStore(), [], { ttl: 1 } as never)).rejects.toThrow('ttl is not an option');
    await expect(linesOf(exportEntries(memoryStore(), { from: 'x' } as never))).rejects.toThrow(
      'from is not an option',
    );
    await expect(importEntries({} as CacheStore, [])).rejects.toThrow('importEntries: store must be a CacheStore');
  });
});
