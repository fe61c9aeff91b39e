import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { failureOf, RetryPrimitive, WorkflowContext } from 'tta-dev-primitives';
import { manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RouterPrimitive } from '../../primitives/router/router-primitive.ts';
import { FailedResponseError } from './failed-response-error.ts';
import { modelCall } from './model-call.ts';

const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
const whole = {
  id: 'c1',
  object: 'chat.completion',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
  usage,
};
const part = { id: 'c1', object: 'chat.completion.chunk', model: 'gpt-4o-mini-2024-07-18' };
const chunk = (delta: object, finish: string | null = null): object => {
  return { ...part, choices: [{ index: 0, delta, finish_reason: finish }], usage: null };
};
const events = (...chunks: readonly object[]): string => {
  return chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`).join('');
};
const DONE = 'data: [DONE]\n\n';
const words = Array.from({ length: 500 }, (_, index) => chunk({ content: `word ${index} ` }));
const STREAM =
  events(chunk({ role: 'assistant' }), ...words, chunk({}, 'stop'), { ...part, choices: [], usage }) + DONE;

const REQUEST = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] };
const ANSWERED = {
  'llm.responseModel': 'gpt-4o-mini-2024-07-18',
  'llm.usage': { inputTokens: 1_000, outputTokens: 100 },
  'llm.finish': ['stop'],
  'llm.costUsd': expect.closeTo(0.00021, 12),
  'llm.outcome': 'answered',
};
const OPENAI = { provider: 'openai', model: 'gpt-4o-mini' };
const SSE = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const PAGES: Readonly<Record<string, Handler>> = {
  '/whole': (_, response) => response.writeHead(200, JSON_TYPE).end(JSON.stringify(whole)),
  '/zipped': (_, response) =>
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(whole))),
  '/stream': (_, response) => response.writeHead(200, SSE).end(STREAM),
  '/cut': (_, response) => response.writeHead(200, SSE).end(events(chunk({ content: 'hel' }))),
  '/dry': (_, response) =>
    response
      .writeHead(429, { ...JSON_TYPE, 'retry-after': '7' })
      .end(JSON.stringify({ error: { code: 'insufficient_quota', message: 'You have run dry.' } })),
  '/busy': (_, response) => response.writeHead(503, { 'retry-after': '7' }).end('busy'),
  '/stalled': (_, response) => response.writeHead(500, JSON_TYPE).write('{'),
  '/huge': (_, response) => response.writeHead(500).end('x'.repeat(200_000)),
};

let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => PAGES[request.url ?? '']?.(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (path: string) => modelCall((_: object, { signal }) => fetch(origin + path, { signal }), OPENAI);

/** What the last model call stated, by name. */
function stated(recording: ReturnType<typeof recordingObserver>): Record<string, unknown> {
  const call = recording.executions.findLast(({ kind }) => kind === 'model_call');
  return Object.fromEntries(call?.facts.map(({ name, value }) => [name, value]) ?? []);
}

describe('a model call that is answered by bytes', () => {
  it.each(['/whole', '/zipped', '/stream'])(
    'states everything of what fetch gets from %s, once the body has ended',
    async (path) => {
      using recording = recordingObserver();
      const response = await ask(path).execute(REQUEST);
      expect(stated(recording)).not.toHaveProperty('llm.outcome');
      expect(response).toBeInstanceOf(Response);
      expect([response.status, response.url]).toEqual([200, origin + path]);
      const text = await response.text();
      expect(text).toBe(path === '/stream' ? STREAM : JSON.stringify(whole));
      expect(stated(recording)).toMatchObject({ ...ANSWERED, 'llm.firstChunkMs': expect.any(Number) });
    },
  );

  it('reads a stream that its reader takes in buffers of its own', async () => {
    using recording = recordingObserver();
    const response = await ask('/stream').execute(REQUEST);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader({ mode: 'byob' });
    let text = '';
    for (
      let result = await reader.read(new Uint8Array(64));
      !result.done;
      result = await reader.read(new Uint8Array(64))
    ) {
      text += Buffer.from(result.value).toString('utf8');
    }
    expect(text).toBe(STREAM);
    expect(stated(recording)).toMatchObject(ANSWERED);
  });

  it.each<[string, object]>([
    ['a text', { status: 200, headers: JSON_TYPE, body: JSON.stringify(whole) }],
    ['bytes', { status: 200, headers: new Headers(SSE), body: Buffer.from(STREAM) }],
    ['an object', { status: 200, headers: {}, body: whole }],
  ])('states everything of a record whose body is %s', async (_, answer) => {
    using recording = recordingObserver();
    expect(await modelCall(() => answer, OPENAI).execute(REQUEST)).toBe(answer);
    expect(stated(recording)).toMatchObject(ANSWERED);
  });

  it.each<[string, () => object & { readonly body: AsyncIterable<unknown> }]>([
    ['a record around a byte stream', () => ({ status: 200, headers: SSE, body: new Blob([STREAM]).stream() })],
    [
      'a response of the class of node-fetch',
      () => ({
        status: 200,
        headers: new Headers(SSE),
        bodyUsed: false,
        body: Readable.from(STREAM.match(/.{1,999}/gs) as string[]),
      }),
    ],
  ])('states everything of %s', async (_, open) => {
    using recording = recordingObserver();
    const { body } = await modelCall(open, OPENAI).execute(REQUEST);
    for await (const _chunk of body);
    expect(stated(recording)).toMatchObject(ANSWERED);
  });

  it.each<[string, string]>([
    ['events', STREAM],
    ['JSON', JSON.stringify(whole)],
  ])('tells %s from other bytes where no type is given', async (_, text) => {
    using recording = recordingObserver();
    const stream = await modelCall(() => new Blob([text]).stream(), OPENAI).execute(REQUEST);
    for await (const _chunk of stream as AsyncIterable<unknown>);
    expect(stated(recording)).toMatchObject(ANSWERED);
  });

  it.each<[string, object]>([
    [
      'says that it is compressed',
      { headers: { ...JSON_TYPE, 'Content-Encoding': ['br'] }, body: JSON.stringify(whole) },
    ],
    [
      'is too long to be parsed',
      { headers: JSON_TYPE, body: JSON.stringify({ ...whole, pad: 'x'.repeat(1_100_000) }) },
    ],
    ['is not JSON', { headers: JSON_TYPE, body: '{"usage":' }],
  ])('leaves the usage of a body unknown that %s', async (_, answer) => {
    using recording = recordingObserver();
    await modelCall(() => ({ status: 200, ...answer }), OPENAI).execute(REQUEST);
    expect(stated(recording)).toMatchObject({ 'llm.unpriced': true, 'llm.outcome': 'answered' });
  });

  it('fails a body that ends without its finish', async () => {
    using recording = recordingObserver();
    const response = await ask('/cut').execute(REQUEST);
    await expect(response.text()).rejects.toMatchObject({ code: 'ERR_TTA_INCOMPLETE_STREAM' });
    expect(stated(recording)).toMatchObject({ 'llm.failure': 'incomplete', 'llm.unpriced': true });
  });

  it('states that a Node.js Readable ends without its finish, which has ended for its reader before it can fail', async () => {
    using recording = recordingObserver();
    const open = () => ({ status: 200, headers: SSE, body: Readable.from([events(chunk({ content: 'hel' }))]) });
    const { body } = await modelCall(open, OPENAI).execute(REQUEST);
    body.resume();
    await once(body, 'end');
    expect(stated(recording)).toMatchObject({ 'llm.failure': 'incomplete', 'llm.outcome': 'failed' });
  });

  it('asks no finish of a whole answer: a job may go on', async () => {
    using recording = recordingObserver();
    const job = { object: 'response', id: 'r1', model: 'gpt-4o-mini', status: 'in_progress', output: [] };
    const response = await modelCall(() => new Response(JSON.stringify(job)), OPENAI).execute(REQUEST);
    expect(await response.json()).toEqual(job);
    expect(stated(recording)).toMatchObject({ 'llm.unpriced': true, 'llm.outcome': 'answered' });
  });

  it('fails a body that states an error', async () => {
    const body = { error: { message: 'busy', code: 503 } };
    const response = await modelCall(() => new Response(JSON.stringify(body))).execute(REQUEST);
    await expect(response.text()).rejects.toMatchObject({ code: 'ERR_TTA_FAILED_ANSWER', status: 503 });
  });

  it('fails with a status that says so, and carries the response, which can still be read', async () => {
    using recording = recordingObserver();
    const error: unknown = await ask('/dry')
      .execute(REQUEST)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FailedResponseError);
    expect(error).toMatchObject({
      message: 'the model answered with status 429: You have run dry.',
      status: 429,
      body: { error: { code: 'insufficient_quota' } },
    });
    expect(failureOf(error)).toEqual({ kind: 'quota', status: 429, retryable: false, retryAfterMs: 7_000 });
    const { response } = error as FailedResponseError & { readonly response: Response };
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ error: { code: 'insufficient_quota' } });
    expect(stated(recording)).toMatchObject({ 'llm.failure': 'quota', 'llm.costUsd': 0, 'llm.outcome': 'failed' });
  });

  it('fails with the status of a record too', async () => {
    const answer = { status: 529, headers: { 'Retry-After': '3' }, body: '{"error":{"type":"overloaded_error"}}' };
    const error: unknown = await modelCall(() => answer)
      .execute(REQUEST)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ response: answer });
    expect(failureOf(error)).toMatchObject({ kind: 'overloaded', retryAfterMs: 3_000 });
  });

  it('does not wait for the rest of a failed body that is too long, or comes too late', async () => {
    const clock = manualClock();
    const late = ask('/stalled')
      .execute(REQUEST, new WorkflowContext({ clock }))
      .catch((caught: unknown) => caught);
    await expect.poll(() => clock.pendingTimers).toBe(1);
    await clock.advance(1_000);
    for (const error of [
      await late,
      await ask('/huge')
        .execute(REQUEST)
        .catch((caught: unknown) => caught),
    ]) {
      expect(error).toMatchObject({ status: 500, body: undefined });
      const { response } = error as { readonly response: Response };
      await expect(response.text()).rejects.toThrow('too long, or came too late');
    }
  });

  it.each([
    ['once it has read all there is', DONE, ANSWERED],
    ['before', 'data: [DONE', { 'llm.outcome': 'cancelled' }],
  ])('has answered a reader who leaves its stream %s', async (_, last, facts) => {
    using recording = recordingObserver();
    const open = new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from(STREAM.replace(DONE, last))),
    });
    const response = await modelCall(() => new Response(open, { headers: SSE }), OPENAI).execute(REQUEST);
    for await (const _piece of response.body as AsyncIterable<Uint8Array>) break;
    expect(stated(recording)).toMatchObject(facts);
  });

  it('lets a retry and a router mend a failed status', async () => {
    const paths = ['/busy', '/whole'];
    const retry = new RetryPrimitive(
      modelCall(() => fetch(origin + paths.shift())),
      { backoff: () => 0, respectRetryAfter: false },
    );
    expect(await (await retry.execute(REQUEST)).json()).toEqual(whole);
    const router = new RouterPrimitive<object, Response>(
      { a: { step: ask('/busy'), ...OPENAI }, b: { step: () => fetch(`${origin}/stream`), ...OPENAI } },
      { strategy: () => 'a', defaultRoute: 'a', fallback: true },
    );
    expect(await (await router.execute(REQUEST)).text()).toBe(STREAM);
  });
});
