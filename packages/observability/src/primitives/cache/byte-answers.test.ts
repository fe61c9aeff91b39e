import { Readable } from 'node:stream';
import { WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { printAwsEvent } from '../../llm/dialects/bytes/aws-events.ts';
import {
  type Bodied,
  completion,
  EVENTS,
  HEADERS,
  inPieces,
  NodeFetchResponse,
  piecesOf,
  responding,
  STREAM_HEADERS,
  TEXT,
  textOf,
  twice,
} from './__fixtures__/byte-answers.ts';
import { REQUEST } from './__fixtures__/chat.ts';
import { CachePrimitive } from './cache-primitive.ts';
import { memoryStore } from './store/memory-store.ts';

const ANSWERS: [string, () => Bodied][] = [
  ['a Response', responding(TEXT, { status: 201, headers: HEADERS })],
  ['a Response in pieces', () => responding(inPieces(TEXT), { status: 201, headers: HEADERS })()],
  ['a record with a stream of bytes', () => ({ status: 201, headers: HEADERS, body: inPieces(TEXT) })],
  ['a record with another stream', () => ({ status: 201, headers: HEADERS, body: new Blob([TEXT]).stream() })],
  ['a record with a text', () => ({ status: 201, headers: HEADERS, body: TEXT })],
  ['a record with bytes', () => ({ status: 201, headers: HEADERS, body: new TextEncoder().encode(TEXT) })],
  ['a record with Headers', () => ({ status: 201, headers: new Headers(HEADERS), body: TEXT })],
  [
    'a record with a stream of Node.js',
    () => ({ status: 201, headers: HEADERS, body: Readable.from([Buffer.from(TEXT)]) }),
  ],
];

describe.each(ANSWERS)('%s', (_, answer) => {
  it('is stored, and comes again in the same kind, with its status and only the headers that say what it is', async () => {
    const { cache, first, firstText, second } = await twice(answer);
    expect(firstText).toBe(TEXT);
    expect(new Headers(first.headers as Headers).get('x-request-id')).toBe('r1');
    expect(await textOf(second)).toBe(TEXT);
    expect(second.status).toBe(201);
    expect([...new Headers(second.headers as Headers)]).toEqual([['content-type', 'application/json']]);
    expect(second.constructor).toBe(first.constructor);
    expect(second.headers?.constructor).toBe(first.headers?.constructor);
    expect(second.body.constructor).toBe(first.body.constructor);
    expect(cache.getStats()).toMatchObject({ hits: 1, misses: 1, skipped: {} });
    expect(cache.getStats().costSavingsUsd).toBeCloseTo((3 * 0.15 + 2 * 0.6) / 1e6, 12);
  });

  it('is one call for all who ask at the same time, each with a body of its own', async () => {
    const step = vi.fn((_input: unknown) => answer());
    const cache = new CachePrimitive(step);
    const given = await Promise.all([1, 2, 3].map(() => cache.execute(REQUEST)));
    expect(await Promise.all(given.map(textOf))).toEqual([TEXT, TEXT, TEXT]);
    expect(new Set(given).size).toBe(3);
    expect(step).toHaveBeenCalledTimes(1);
    expect(cache.getStats()).toMatchObject({ misses: 1, coalesced: 2 });
    const hits = await Promise.all([1, 2].map(() => cache.execute(REQUEST)));
    expect(await Promise.all(hits.map(textOf))).toEqual([TEXT, TEXT]);
  });
});

it('a reader that overwrites its bytes changes nobody else’s', async () => {
  const cache = new CachePrimitive((_input: unknown) => ({
    status: 200,
    headers: HEADERS,
    body: Readable.from([Buffer.from(TEXT)]),
  }));
  for (let count = 0; count < 3; count += 1) {
    const [piece] = await piecesOf(await cache.execute(REQUEST));
    expect(Buffer.from(piece as Uint8Array).toString('utf8')).toBe(TEXT);
    piece?.fill(0);
  }
  expect(cache.getStats().hits).toBe(2);
});

describe('a stream of events', () => {
  it('comes again byte for byte, an event at a time, with what it saved', async () => {
    const { cache, second } = await twice(
      () => responding(inPieces(EVENTS.join('')), { headers: STREAM_HEADERS })(),
      {},
      { ...REQUEST, stream: true },
    );
    expect((await piecesOf(second)).map((piece) => Buffer.from(piece).toString('utf8'))).toEqual(EVENTS);
    expect(cache.getStats().costSavingsUsd).toBeGreaterThan(0);
  });

  it('is read with buffers of the caller’s own', async () => {
    const { second } = await twice(() => responding(inPieces(EVENTS.join('')), { headers: STREAM_HEADERS })());
    const reader = (second.body as unknown as ReadableStream<Uint8Array>).getReader({ mode: 'byob' });
    let text = '';
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(4));
      if (done) break;
      text += Buffer.from(value).toString('latin1');
    }
    expect(Buffer.from(text, 'latin1').toString('utf8')).toBe(EVENTS.join(''));
  });

  it('that nobody reads to its end is not stored', async () => {
    const cache = new CachePrimitive((_input: unknown) =>
      responding(inPieces(EVENTS.join('')), { headers: STREAM_HEADERS })(),
    );
    const { body } = await cache.execute(REQUEST);
    await (body as unknown as ReadableStream).cancel();
    expect(cache.getStats()).toMatchObject({ misses: 1, skipped: { interrupted: 1 } });
  });

  it('of JSON lines comes again a line at a time', async () => {
    const lines = [
      '{"message":{"content":"a"},"done":false}\n',
      '{"message":{"content":"b"},"done":true,"done_reason":"stop"}\n',
    ];
    const headers = { 'content-type': 'application/x-ndjson' };
    const { second } = await twice(() => responding(inPieces(lines.join('')), { headers })(), {}, 'a question');
    expect((await piecesOf(second)).map((piece) => Buffer.from(piece).toString('utf8'))).toEqual(lines);
  });

  it('in frames comes again a frame at a time, from a store of texts', async () => {
    const frames = [
      { contentBlockDelta: { delta: { text: 'hé' }, contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
    ].map((frame) => Buffer.from(printAwsEvent(frame)));
    const headers = { 'content-type': 'application/vnd.amazon.eventstream' };
    const { second } = await twice(() => responding(inPieces(Buffer.concat(frames)), { headers })(), {}, 'a question');
    expect((await piecesOf(second)).map((piece) => Buffer.from(piece))).toEqual(frames);
  });

  it('ends with the context of its caller', async () => {
    const { cache } = await twice(() => responding(EVENTS.join(''), { headers: STREAM_HEADERS })());
    const controller = new AbortController();
    const { body } = await cache.execute(REQUEST, new WorkflowContext({ signal: controller.signal }));
    controller.abort(new Error('the caller has left'));
    await expect(textOf({ body })).rejects.toThrow('the caller has left');
  });
});

it('bytes that are no text come again as they were', async () => {
  const sound = Uint8Array.from({ length: 1_000 }, (_, index) => (index * 7) % 256);
  const { second } = await twice(
    () => responding(sound, { headers: { 'content-type': 'audio/mpeg' } })(),
    {},
    'say hello',
  );
  expect(Buffer.concat(await piecesOf(second))).toEqual(Buffer.from(sound));
});

const ENCRYPTION = { current: { id: 'k1', key: new Uint8Array(32).fill(1) } };

it.each([
  ['compressed', { compression: { aboveLength: 10 } }],
  ['encrypted', { encryption: ENCRYPTION }],
] as const)('is stored %s, with what is around it', async (_, options) => {
  const store = memoryStore();
  const { cache, second } = await twice(responding(TEXT), { store, ...options });
  expect(await textOf(second)).toBe(TEXT);
  expect(cache.getStats().hits).toBe(1);
});

describe('is given and not stored, and why is stated:', () => {
  it.each<[string, string, (input: unknown) => { readonly body: unknown }, object]>([
    ['a failed status', 'error', responding('{"error":{"message":"busy"}}', { status: 503 }), {}],
    ['a redirect', 'error', responding('see there', { status: 302 }), {}],
    ['a part of a content', 'interrupted', responding(TEXT, { status: 206, headers: HEADERS }), {}],
    ['an empty body', 'empty', responding('', { headers: HEADERS }), {}],
    [
      'a failure inside a 200',
      'error',
      responding('{"error":{"message":"overloaded","type":"overloaded_error"}}', { headers: HEADERS }),
      {},
    ],
    ['an answer that was cut short', 'length', responding(completion('length'), { headers: HEADERS }), {}],
    ['an answer without a finish', 'no_finish_reason', responding(completion(null), { headers: HEADERS }), {}],
    [
      'an answer that calls a tool',
      'tool_calls',
      responding(
        completion('tool_calls', {
          content: null,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        }),
      ),
      {},
    ],
    ['text where JSON was asked for', 'invalid', responding(TEXT), { response_format: { type: 'json_object' } }],
    [
      'a stream that ends without its finish',
      'no_finish_reason',
      () => responding(inPieces(EVENTS[0] as string), { headers: STREAM_HEADERS })(),
      {},
    ],
    ['JSON that broke off', 'invalid', responding(TEXT.slice(0, -9), { headers: HEADERS }), {}],
    [
      'a page in place of an answer',
      'invalid',
      responding('<html>log in</html>', { headers: { 'content-type': 'text/html' } }),
      {},
    ],
    [
      'a body that is compressed',
      'unserializable',
      () => ({ status: 200, headers: { ...HEADERS, 'content-encoding': 'gzip' }, body: TEXT }),
      {},
    ],
    [
      'a record with more than an answer',
      'unserializable',
      () => ({ status: 200, headers: HEADERS, body: TEXT, url: 'http://127.0.0.1/?key=1' }),
      {},
    ],
    [
      'a record whose headers are a list',
      'unserializable',
      () => ({ status: 200, headers: [['a', 'b']], body: TEXT }),
      {},
    ],
    ['a stream of texts', 'unserializable', () => ({ status: 200, headers: HEADERS, body: Readable.from([TEXT]) }), {}],
    [
      'a response of a class with a body of Node.js',
      'unserializable',
      () => new NodeFetchResponse(Readable.from([Buffer.from(TEXT)]), { status: 200, headers: HEADERS }),
      {},
    ],
    ['too long a body', 'too_large', () => responding(inPieces(TEXT.repeat(20)))(), {}],
  ])('%s (%s)', async (_, reason, step, more) => {
    using recording = recordingObserver();
    const { cache, first, second, calls } = await twice(step, { maxEntryLength: 4_000 }, { ...REQUEST, ...more });
    expect(calls).toHaveBeenCalledTimes(2);
    expect(second.constructor).toBe(first.constructor);
    await textOf(second);
    expect(recording.factsOf('cache.skipped')).toEqual([reason, reason]);
    expect(cache.getStats()).toMatchObject({ hits: 0, misses: 2 });
  });

  it('a body that fails', async () => {
    const failing = () =>
      new ReadableStream({
        pull(controller) {
          controller.error(new Error('the connection broke'));
        },
      });
    const cache = new CachePrimitive((_input: unknown) => responding(failing())());
    await expect(textOf(await cache.execute(REQUEST))).rejects.toThrow('the connection broke');
    expect(cache.getStats().skipped).toEqual({ interrupted: 1 });
  });
});

it('what the application asks for decides: it is given the data of the body', async () => {
  const isCacheable = vi.fn(
    ({ output }: { readonly output: unknown }) => (output as { readonly ok?: boolean }).ok === true,
  );
  const { cache } = await twice(responding('{"ok":true}', { headers: HEADERS }), { isCacheable }, 'a question');
  expect(isCacheable.mock.calls[0]?.[0]).toMatchObject({ output: { ok: true }, isStream: false });
  expect(cache.getStats().hits).toBe(1);
});

it('not even the application stores a failed status', async () => {
  const { cache } = await twice(responding('{"ok":true}', { status: 500 }), { isCacheable: () => true }, 'a question');
  expect(cache.getStats()).toMatchObject({ hits: 0, skipped: { error: 1 } });
});

describe('callers of objects and callers of bytes', () => {
  const asBytes = { operation: 'chat', answers: 'bytes' } as const;

  it('are never given each other’s answers', async () => {
    const store = memoryStore();
    const bytes = new CachePrimitive(responding(TEXT), { operation: 'chat', store });
    const objects = new CachePrimitive((_input: unknown) => JSON.parse(TEXT) as object, { operation: 'chat', store });
    await textOf(await bytes.execute(REQUEST));
    expect(await objects.execute(REQUEST)).toEqual(JSON.parse(TEXT));
    expect(await bytes.execute(REQUEST)).toBeInstanceOf(Response);
    expect([objects.getStats().hits, bytes.getStats().hits]).toEqual([0, 0]);
  });

  it('are served what another process has stored where the cache says which it gives', async () => {
    const store = memoryStore();
    await textOf(await new CachePrimitive(responding(TEXT), { operation: 'chat', store }).execute(REQUEST));
    const learning = new CachePrimitive(responding(TEXT), { operation: 'chat', store });
    expect(await textOf(await learning.execute(REQUEST))).toBe(TEXT);
    expect(learning.getStats()).toMatchObject({ hits: 0, misses: 1 });
    const told = new CachePrimitive(responding(TEXT), { ...asBytes, store });
    expect(await textOf(await told.execute(REQUEST))).toBe(TEXT);
    expect(told.getStats().hits).toBe(1);
  });

  it('an unknown kind is refused', () => {
    expect(() => new CachePrimitive(responding(TEXT), { answers: 'text' as never })).toThrow(
      /answers.*'objects'.*'bytes'/,
    );
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

it('a stale response is served while another is fetched', async () => {
  const clock = manualClock();
  const context = () => new WorkflowContext({ clock });
  const step = vi.fn((_input: unknown) => responding(TEXT)());
  const cache = new CachePrimitive(step, { ttlMs: 1_000, ttlJitter: 0, staleWhileRevalidateMs: 10_000 });
  await textOf(await cache.execute(REQUEST, context()));
  await clock.advance(2_000);
  expect(await textOf(await cache.execute(REQUEST, context()))).toBe(TEXT);
  await expect.poll(() => step.mock.calls.length).toBe(2);
  await expect.poll(() => cache.getStats().refreshes).toBe(1);
});
