import { Readable } from 'node:stream';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { REQUEST } from './__fixtures__/chat.ts';
import { CachePrimitive } from './cache-primitive.ts';

const TEXT = '{"object":"chat.completion","choices":[{"finish_reason":"stop","message":{"content":"hi"}}]}';
const HEADERS = { 'content-type': 'application/json', 'x-request-id': 'r1' };

/** Shaped like the class of node-fetch, whose body is a Node.js `Readable`. */
class NodeFetchResponse {
  readonly bodyUsed = false;
  readonly body: Readable;
  readonly status: number;
  readonly headers: unknown;

  constructor(body: Readable, { status, headers }: { readonly status: number; readonly headers: unknown }) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}

interface Bodied {
  readonly status: number;
  readonly headers: unknown;
  readonly body: AsyncIterable<Uint8Array>;
}

const ANSWERS: [string, () => Bodied][] = [
  ['a Response', () => new Response(TEXT, { status: 201, headers: HEADERS }) as Response & Bodied],
  ['a record', () => ({ status: 201, headers: HEADERS, body: new Blob([TEXT]).stream() })],
  [
    'a response of the class of node-fetch',
    () => new NodeFetchResponse(Readable.from([Buffer.from(TEXT)]), { status: 201, headers: HEADERS }),
  ],
];

async function textOf({ body }: Bodied): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

describe.each(ANSWERS)('an answer that is %s', (_, answer) => {
  it('is not stored, which is stated, and comes whole each time', async () => {
    using recording = recordingObserver();
    const step = vi.fn((_input: unknown) => answer());
    const cache = new CachePrimitive(step);
    for (let count = 0; count < 2; count += 1) {
      const given = await cache.execute(REQUEST);
      expect(given.constructor).toBe(answer().constructor);
      expect(given.status).toBe(201);
      expect(await textOf(given)).toBe(TEXT);
    }
    expect(step).toHaveBeenCalledTimes(2);
    expect(recording.factsOf('cache.skipped')).toEqual(['unserializable', 'unserializable']);
    expect(cache.getStats()).toMatchObject({ hits: 0, misses: 2 });
  });

  it('is one call for all who ask at the same time, each with a body of its own', async () => {
    const step = vi.fn((_input: unknown) => answer());
    const cache = new CachePrimitive(step);
    const given = await Promise.all([1, 2, 3].map(() => cache.execute(REQUEST)));
    expect(await Promise.all(given.map(textOf))).toEqual([TEXT, TEXT, TEXT]);
    expect(new Set(given).size).toBe(3);
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ misses: 1, coalesced: 2 });
  });
});

it('a response without a body, or whose body was read, is handed on as it is', async () => {
  const empty = new Response(null, { status: 204 });
  const read = new Response('read');
  await read.text();
  for (const answer of [empty, read]) {
    const cache = new CachePrimitive((_input: unknown) => answer);
    expect(await cache.execute(REQUEST)).toBe(answer);
    expect(cache.getStats().skipped).toEqual({ unserializable: 1 });
  }
});
