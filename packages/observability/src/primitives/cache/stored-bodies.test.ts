import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { expect, it, vi } from 'vitest';
import { FakeStore } from './__fixtures__/fake-store.ts';
import { CachePrimitive } from './cache-primitive.ts';
import { storedValue } from './store/store.ts';

const TEXT = { 'content-type': 'text/plain' };

function answering<O>(answer: () => O) {
  return new CachePrimitive((_input: unknown) => answer(), { operation: 'chat' });
}

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

it('a body that a store gives as bytes is served, unless some of it is missing', async () => {
  const values = new Map<string, string>();
  const store = {
    get: async (key: string) => storedValue(values.get(key)),
    getBytes: vi.fn(async (key: string) =>
      storedValue(values.has(key) ? Buffer.from(values.get(key) ?? '') : undefined),
    ),
    set: async (key: string, value: string) => {
      values.set(key, value);
    },
    setIfAbsent: async () => false,
    delete: async () => {},
    close: async () => {},
  };
  const cache = new CachePrimitive((_input: unknown) => text(), { operation: 'chat', store });
  const read = async (): Promise<string> => (await cache.execute('a')).text();
  expect(await read()).toBe('a long body');
  await nextTurn(); // until it is stored, others share the call
  expect(await read()).toBe('a long body');
  expect(store.getBytes).toHaveBeenCalled();
  expect(cache.getStats().hits).toBe(1);
  for (const [key, value] of values) values.set(key, value.slice(0, -1));
  expect(await read()).toBe('a long body');
  expect(cache.getStats()).toMatchObject({ hits: 1, misses: 2 });
});

it('a Buffer comes again as a Buffer, to those who shared the call too', async () => {
  const cache = answering(() => ({ status: 200, headers: TEXT, body: Buffer.from('hello') }));
  const shared = await Promise.all([1, 2].map(() => cache.execute('a')));
  const answers = [...shared, await cache.execute('a')];
  expect(answers.map(({ body }) => body.toString())).toEqual(['hello', 'hello', 'hello']);
  for (const { body } of answers) body.fill(0);
  expect((await cache.execute('a')).body.toString()).toBe('hello');
});

it.each([
  ['that is still compressed keeps', gzipSync('a long body'), 'gzip'],
  ['that was decoded comes again without', 'a long body', null],
])('a body %s the header of its encoding', async (_, body, encoding) => {
  const cache = answering(() => new Response(body, { headers: { ...TEXT, 'content-encoding': 'gzip' } }));
  const first = await (await cache.execute('a')).bytes();
  const hit = await cache.execute('a');
  expect(cache.getStats().hits).toBe(1);
  expect(hit.headers.get('content-encoding')).toBe(encoding);
  expect(await hit.bytes()).toEqual(first);
});

it.each([
  ['a status text', { status: 200, statusText: 'schön …', headers: TEXT, body: 'hello' }],
  ['a header', { status: 200, headers: { 'content-disposition': 'attachment; filename="日本"' }, body: 'hello' }],
  ['a text', { status: 200, headers: TEXT, body: 'half a \ud83d' }],
])('a record with %s that no server sends is not stored', async (_, answer) => {
  using recording = recordingObserver();
  const cache = answering(() => answer);
  for (let count = 0; count < 2; count += 1) expect(await cache.execute('a')).toEqual(answer);
  expect(cache.getStats()).toMatchObject({ hits: 0, skipped: { unserializable: 2 } });
  expect(recording.factsOf('cache.corrupt')).toEqual([]);
});

it('the sound that a model of speech answers with is stored; a page in its place is not', async () => {
  const speech = { model: 'tts-1', input: 'hello', voice: 'alloy' };
  const sound = Uint8Array.of(255, 251, 144, 0);
  const types = ['audio/mpeg', 'text/html'];
  const caches = types.map((type) => answering(() => new Response(sound, { headers: { 'content-type': type } })));
  for (const cache of [...caches, ...caches]) {
    expect(new Uint8Array(await (await cache.execute(speech)).arrayBuffer())).toEqual(sound);
  }
  expect(caches.map((cache) => cache.getStats().hits)).toEqual([1, 0]);
});

it('a response without a body between others does not hide what is stored', async () => {
  const cache = new CachePrimitive(
    (input: string) => new Response(input === 'empty' ? null : input, { status: input === 'empty' ? 204 : 200 }),
  );
  for (const input of ['full', 'empty', 'full']) await (await cache.execute(input)).text();
  expect(cache.getStats()).toMatchObject({ hits: 1, misses: 2 });
});

it.each([
  ['events', 'text/event-stream', 'data: {"a":1}\n\n', 'data: {"b":2}'],
  ['lines', 'application/x-ndjson', '{"a":1}\n', '{"b":[2]}'],
])('%s of an unknown format are not stored if the last one breaks off', async (_, type, first, last) => {
  const bodies = [first + last.slice(0, -1), first + last, `${first}${last}\n\n`, first];
  const caches = bodies.map((body) => answering(() => new Response(body, { headers: { 'content-type': type } })));
  for (const cache of [...caches, ...caches]) await (await cache.execute('a')).text();
  expect(caches.map((cache) => cache.getStats().hits)).toEqual([0, 1, 1, 1]);
  expect(caches[0]?.getStats().skipped).toEqual({ interrupted: 2 });
});
