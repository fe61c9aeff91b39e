import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { FakeStore } from '../__fixtures__/fake-store.ts';
import { CachePrimitive } from '../cache-primitive.ts';
import { memoryStore } from '../store/memory-store.ts';

const TEXT = 'a stored body';
const HEADERS = { 'content-type': 'text/plain' };

interface Bodied {
  readonly headers: object;
  readonly body: unknown;
}

const record = (body: unknown, headers: object = HEADERS) => ({ status: 200, headers, body });
const response = () => new Response(TEXT, { headers: HEADERS });
const classesOf = (answer: Bodied) => [answer, answer.headers, answer.body].map((part) => part?.constructor);

const ASKED = [
  ['that learns what it gives', { operation: 'chat' }],
  ['that says that it gives bytes', { operation: 'chat', answers: 'bytes' }],
] as const;

const KINDS: readonly [string, () => Bodied, () => Bodied][] = [
  ['records, where it gives responses', () => record(TEXT), response],
  ['responses, where it gives records', response, () => record(TEXT)],
  ['bodies of text, where it gives bytes', () => record(TEXT), () => record(Buffer.from(TEXT))],
  ['other headers than it gives', () => record(TEXT), () => record(TEXT, new Headers(HEADERS))],
];

it.each(KINDS.flatMap(([what, ...gives]) => ASKED.map(([which, options]) => [which, what, options, gives] as const)))(
  'a cache %s is not served %s',
  async (_which, _what, options, [others, own]) => {
    for (const store of [memoryStore(), new FakeStore()]) {
      const asked = vi.fn((_input: string) => own());
      const cache = new CachePrimitive(asked, { ...options, store });
      await drained(await cache.execute('first'));
      await drained(await new CachePrimitive((_input: string) => others(), { ...options, store }).execute('second'));
      await setImmediate();
      const answer = await cache.execute('second');
      expect(classesOf(answer)).toEqual(classesOf(own()));
      expect(asked).toHaveBeenCalledTimes(2);
      await drained(answer);
      await setImmediate();
      expect(classesOf(await cache.execute('second'))).toEqual(classesOf(own()));
      expect(asked).toHaveBeenCalledTimes(2);
    }
  },
);

it('a cache whose step gives several kinds is served each of them', async () => {
  const cache = new CachePrimitive((input: string) => (input === 'record' ? record(TEXT) : response()));
  for (const input of ['record', 'response', 'record', 'response']) await drained(await cache.execute(input));
  expect(cache.getStats()).toMatchObject({ hits: 2, misses: 2 });
});

async function drained(answer: Bodied): Promise<void> {
  if (answer instanceof Response) await answer.text();
}
