import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { WorkflowContext, withReport } from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { fetch as undiciFetch } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CachePrimitive } from './cache/cache-primitive.ts';
import { RouterPrimitive } from './router/router-primitive.ts';
import { TimeoutPrimitive } from './timeout/timeout-primitive.ts';

const part = { id: 'c1', object: 'chat.completion.chunk', model: 'gpt-4o-mini' };
const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
const BEGINNING = `data: ${JSON.stringify({ ...part, choices: [{ index: 0, delta: { content: 'hello' } }] })}\n\n`;
const END = [
  { ...part, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { ...part, choices: [], usage },
]
  .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
  .join('');
const REQUEST = { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'hi' }] };

/** A server that sends headers, a beginning, and what the test adds. */
let server: Server;
let origin: string;
let opened: PromiseWithResolvers<ServerResponse>;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url !== '/silent') response.writeHead(200, { 'content-type': 'text/event-stream' }).write(BEGINNING);
    opened.resolve(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  opened = Promise.withResolvers();
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

type Ask = (url: string, init: { readonly signal: AbortSignal }) => Promise<Bodied>;

interface Bodied {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array>;
}

/** Shaped like the class of node-fetch, whose body is a Node.js `Readable`. */
class NodeFetchResponse {
  readonly bodyUsed = false;
  readonly body: Readable;
  readonly status: number;
  readonly headers: Headers;

  constructor(body: Readable, { status, headers }: { readonly status: number; readonly headers: Headers }) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}

const CLASSES: [string, Ask][] = [
  ['fetch', (url, init) => fetch(url, init) as Promise<Response & Bodied>],
  ['undici', (url, init) => undiciFetch(url, init) as unknown as Promise<Bodied>], // its own types of the same streams
  [
    'node-fetch',
    async (url, init) => {
      const { body, status, headers } = await fetch(url, init);
      return new NodeFetchResponse(Readable.fromWeb(body as never), { status, headers }); // Node.js types its own class
    },
  ],
];

/** timeout(cache(router(fetch))) */
function chain(ask: Ask, path = '/') {
  const router = new RouterPrimitive<unknown, Bodied>(
    { only: { step: (_, { signal }) => ask(origin + path, { signal }), provider: 'openai', model: 'gpt-4o-mini' } },
    { strategy: () => 'only', defaultRoute: 'only' },
  );
  return new TimeoutPrimitive(new CachePrimitive(router), {
    timeoutMs: 1_000,
    graceMs: 0,
    stream: { firstChunkMs: 1_000, idleMs: 1_000 },
  });
}

async function textOf({ body }: Bodied): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

describe.each(CLASSES)('the answer of %s through timeout(cache(router(step)))', (_, ask) => {
  it('comes byte for byte, with its usage and cost in the report', async () => {
    const { context, report } = withReport();
    const answer = await chain(ask).execute(REQUEST, context);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    (await opened.promise).end(END);
    expect(await textOf(answer)).toBe(BEGINNING + END);
    const { usage: tokens, costUsd, attempts, timeoutOutcome } = await report;
    expect({ tokens, timeoutOutcome, count: attempts?.length }).toEqual({
      tokens: { inputTokens: 1_000, outputTokens: 100 },
      timeoutOutcome: 'success',
      count: 1,
    });
    expect(costUsd).toBeCloseTo(0.00021, 12);
  });

  it('is closed, and fails its reader, when the body stalls', async () => {
    const clock = manualClock();
    const answer = await chain(ask).execute(REQUEST, new WorkflowContext({ clock }));
    const response = await opened.promise;
    const closed = once(response, 'close');
    const reading = textOf(answer).catch((error: unknown) => error);
    await expect.poll(() => clock.pendingTimers).toBeGreaterThan(0);
    await clock.advance(2_000);
    expect(await reading).toMatchObject({ name: 'TimeoutError', phase: 'idle' });
    await closed;
    expect(clock.pendingTimers).toBe(0);
  });

  it('is closed when its caller aborts and never reads it', async () => {
    const controller = new AbortController();
    await chain(ask).execute(REQUEST, new WorkflowContext({ signal: controller.signal }));
    const closed = once(await opened.promise, 'close');
    controller.abort(new Error('the caller has left'));
    await closed;
  });

  it('times out where no answer comes', async () => {
    const clock = manualClock();
    const asking = chain(ask, '/silent').execute(REQUEST, new WorkflowContext({ clock }));
    const outcome = asking.catch((error: unknown) => error);
    const closed = once(await opened.promise, 'close');
    await clock.advance(1_000);
    expect(await outcome).toMatchObject({ name: 'TimeoutError' });
    await closed;
  });
});

it('a reader with buffers of its own reads a response through timeout(cache(router(step)))', async () => {
  const answer = await chain(CLASSES[0]?.[1] as Ask).execute(REQUEST);
  (await opened.promise).end(END);
  const reader = (answer as unknown as Response & { readonly body: ReadableStream<Uint8Array> }).body.getReader({
    mode: 'byob',
  });
  let text = '';
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(16));
    if (done) break;
    text += Buffer.from(value).toString('utf8');
  }
  expect(text).toBe(BEGINNING + END);
});
