import { randomBytes } from 'node:crypto';
import { WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { FakeStore } from './__fixtures__/fake-store.ts';
import type { CacheOptions } from './cache-options.ts';
import { CachePrimitive } from './cache-primitive.ts';
import type { EncryptionKey } from './entry/payload-coding.ts';
import { exportEntries, importEntries } from './export-import.ts';
import { memoryStore } from './store/memory-store.ts';
import { tieredStore } from './store/tiered-store.ts';

const key = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
const may = key('may');
const june = key('june');

const LONG = 'a repeated answer, '.repeat(5_000);
const SECRET = 'marker-5582';

const acme = new WorkflowContext({ tenantId: 'acme' });

/** A cache that counts how often its step was asked. */
function cacheOn(
  store: CacheOptions<string>['store'],
  options: CacheOptions<string>,
  answer = SECRET,
  more: object = {},
) {
  const asked = { count: 0 };
  const step = (prompt: string) => {
    asked.count += 1;
    return { prompt, answer, ...more };
  };
  const cache = new CachePrimitive(step, { operation: 'chat', store, ...options });
  return { cache, asked };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

const onlyEntry = (fake: FakeStore): [string, string] => [...fake.held][0] as [string, string];

describe('a cache that encrypts', () => {
  const encryption = { current: may };

  it('stores nothing of an answer that can be read, and serves it as it was', async () => {
    const fake = new FakeStore();
    const { cache, asked } = cacheOn(fake, { encryption });
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await cache.execute('x', acme)).toEqual({ prompt: 'x', answer: SECRET });
      await settled();
    }
    expect(asked.count).toBe(1);
    const [, stored] = onlyEntry(fake);
    expect(stored).not.toContain('marker');
    expect(Buffer.from(stored.split('\n')[1] ?? '', 'base64').toString('latin1')).not.toContain('marker');
  });

  it('serves streams and bytes too', async () => {
    const fake = new FakeStore();
    const cache = new CachePrimitive(
      async function* (_prompt: string) {
        yield SECRET;
        yield 'end';
      },
      { operation: 'chat', store: fake, encryption },
    );
    for (let turn = 0; turn < 2; turn += 1) {
      const chunks: string[] = [];
      for await (const chunk of await cache.execute('x', acme)) chunks.push(chunk);
      expect(chunks).toEqual([SECRET, 'end']);
      await settled();
    }
    expect(onlyEntry(fake)[1]).not.toContain('marker');
  });

  it('reads what an earlier key wrote, and asks the step where it does not know the key, leaving the entry alone', async () => {
    const fake = new FakeStore();
    const first = cacheOn(fake, { encryption });
    await first.cache.execute('x', acme);
    await settled();
    const rotated = cacheOn(fake, { encryption: { current: june, previous: [may] } });
    await rotated.cache.execute('x', acme);
    expect(rotated.asked.count).toBe(0);
    using recording = recordingObserver();
    const stranger = cacheOn(fake, { encryption: { current: june }, isCacheable: () => false });
    await stranger.cache.execute('x', acme);
    expect(stranger.asked.count).toBe(1);
    expect(recording.factsOf('cache.corrupt')).toEqual([]);
    await first.cache.execute('x', acme);
    expect(first.asked.count).toBe(1);
  });

  it.each<[string, (fake: FakeStore, sealed: string, other: string) => string]>([
    ['was changed', (_fake, sealed) => `${sealed.slice(0, -3)}${sealed.endsWith('AAA') ? 'BBB' : 'AAA'}`],
    ['belongs to another request', (_fake, sealed, other) => `${sealed.split('\n')[0]}\n${other.split('\n')[1]}`],
    [
      'says that other tokens were used',
      (_fake, sealed) => sealed.replace('"outputTokens":5', '"outputTokens":500000'),
    ],
    [
      'says that it is younger',
      (_fake, sealed) => sealed.replace(/"createdAtMs":\d+/, `"createdAtMs":${Date.now() + 1_000}`),
    ],
    ['says that it lives longer', (_fake, sealed) => sealed.replace('"ttlMs":', '"ttlMs":9')],
    ['says that it may be stale', (_fake, sealed) => sealed.replace('"ttlMs":', '"staleMs":9000,"ttlMs":')],
    ['states a cost of its own', (_fake, sealed) => sealed.replace('"ttlMs":', '"costUsd":9000,"ttlMs":')],
    ['has another generation of its tags', (_fake, sealed) => sealed.replace('"ttlMs":', '"generation":"g","ttlMs":')],
    ['was asked for in another form', (_fake, sealed) => sealed.replace('"askedFor":"unknown"', '"askedFor":"whole"')],
    ['names another model', (_fake, sealed) => sealed.replace('"answeredBy":"gpt-4o"', '"answeredBy":"gpt-4-32k"')],
    [
      'was planted unencrypted',
      (_fake, sealed) =>
        `${(sealed.split('\n')[0] ?? '').replace(/,"coding":\{[^}]*\}/, '')}\n{"prompt":"x","answer":"planted"}`,
    ],
  ])('asks the step when an entry %s, and replaces it', async (_what, spoil) => {
    const fake = new FakeStore();
    const paid = { model: 'gpt-4o', usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } };
    const { cache, asked } = cacheOn(fake, { encryption }, SECRET, paid);
    await cache.execute('other', acme);
    await settled();
    const [otherKey, other] = onlyEntry(fake);
    fake.held.delete(otherKey);
    await cache.execute('x', acme);
    await settled();
    const [entryKey, sealed] = onlyEntry(fake);
    const spoilt = spoil(fake, sealed, other);
    expect(spoilt).not.toBe(sealed);
    fake.held.set(entryKey, spoilt);
    using recording = recordingObserver();
    expect(await cache.execute('x', acme)).toMatchObject({ prompt: 'x', answer: SECRET });
    expect(asked.count).toBe(3);
    expect(recording.factsOf('cache.corrupt')).toEqual([true]);
    await settled();
    await cache.execute('x', acme);
    expect(asked.count).toBe(3);
  });

  it('goes through both tiers', async () => {
    const [near, far] = [memoryStore(), new FakeStore()];
    const { cache, asked } = cacheOn(tieredStore(near, far), { encryption });
    await cache.execute('x', acme);
    await settled();
    const other = cacheOn(tieredStore(memoryStore(), far), { encryption });
    await other.cache.execute('x', acme);
    expect([asked.count, other.asked.count]).toEqual([1, 0]);
    expect(onlyEntry(far)[1]).not.toContain('marker');
  });

  it('keeps its tags and its freshness', async () => {
    const { cache, asked } = cacheOn(new FakeStore(), { encryption, tags: () => ['faq'] });
    await cache.execute('x', acme);
    await settled();
    await cache.execute('x', acme);
    expect(asked.count).toBe(1);
    await cache.invalidateTag('faq', acme);
    await cache.execute('x', acme);
    expect(asked.count).toBe(2);
  });

  it('is exported and imported as it is stored', async () => {
    const [store, copy] = [memoryStore(), memoryStore()];
    const first = cacheOn(store, { encryption });
    await first.cache.execute('x', acme);
    await settled();
    const lines: string[] = [];
    for await (const line of exportEntries(store)) lines.push(line);
    expect(lines.join('')).not.toContain('marker');
    await importEntries(copy, lines, { ttlMs: 60_000 });
    const second = cacheOn(copy, { encryption });
    await second.cache.execute('x', acme);
    expect([lines.length, second.asked.count]).toEqual([1, 0]);
  });

  it('is not imported with another life if its own time to be stale is authenticated', async () => {
    const [store, copy] = [memoryStore(), memoryStore()];
    await cacheOn(store, { encryption, staleIfErrorMs: 60_000 }).cache.execute('x', acme);
    await settled();
    const lines: string[] = [];
    for await (const line of exportEntries(store)) lines.push(line);
    const problem = 'it is encrypted and its times cannot be changed; import it without ttlMs';
    expect(await importEntries(copy, lines, { ttlMs: 60_000 })).toEqual({
      imported: 0,
      expired: 0,
      refused: [{ line: 1, problem }],
    });
    expect(await importEntries(copy, lines)).toMatchObject({ imported: 1 });
  });

  it('is not read by a cache without the keys, which leaves it alone', async () => {
    const fake = new FakeStore();
    await cacheOn(fake, { encryption }).cache.execute('x', acme);
    await settled();
    const [entryKey, sealed] = onlyEntry(fake);
    const plain = cacheOn(fake, { isCacheable: () => false });
    await plain.cache.execute('x', acme);
    expect([plain.asked.count, fake.held.get(entryKey)]).toEqual([1, sealed]);
  });

  it.each<[object, string]>([
    [
      { encryption: { current: { id: 'a', key: randomBytes(16) } } },
      'encryption.current.key must be 32 bytes, but it is 16',
    ],
    [{ encryption: { current: { id: '', key: randomBytes(32) } } }, 'encryption.current.id must be 1 to 64 letters'],
    [{ compression: { aboveLength: -1 } }, 'compression.aboveLength must be a number at least 0'],
  ])('refuses %o', (options, sentence) => {
    expect(() => cacheOn(undefined, options as never)).toThrow(`CachePrimitive: `);
    expect(() => cacheOn(undefined, options as never)).toThrow(sentence);
  });
});

describe('a cache that compresses', () => {
  it('stores long answers in less room, short ones as they are, and serves both', async () => {
    const fake = new FakeStore();
    const { cache, asked } = cacheOn(fake, { compression: {} }, LONG);
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await cache.execute('x', acme)).toEqual({ prompt: 'x', answer: LONG });
      await settled();
    }
    expect(asked.count).toBe(1);
    expect(onlyEntry(fake)[1].length).toBeLessThan(LONG.length / 10);
    const short = new FakeStore();
    await cacheOn(short, { compression: {} }).cache.execute('x', acme);
    await settled();
    expect(onlyEntry(short)[1]).toContain(SECRET);
  });
});
