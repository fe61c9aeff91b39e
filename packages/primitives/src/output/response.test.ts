import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { COMPLETE, collect, counting, followed } from './__fixtures__/streams.ts';
import { discardOutput } from './follow-output.ts';
import { isOngoing } from './kinds.ts';

/** Shaped like the class of node-fetch, whose body is a Node.js `Readable`. */
class NodeFetchResponse {
  readonly status = 200;
  readonly headers = new Map();
  readonly bodyUsed = false;
  readonly body = Readable.from(['a', 'b']);
}

/** A `Response` of another realm or package. */
class OtherResponse extends Response {
  readonly isOther = true;
}

test('a response keeps its class, status, headers and URL, and reports the end of its body', async () => {
  const response = new OtherResponse('hello', { status: 201, statusText: 'Made', headers: { 'x-id': '7' } });
  Object.defineProperty(response, 'url', { value: 'http://127.0.0.1/chat' });
  const { output, ends } = followed(response);
  expect(output).toBeInstanceOf(OtherResponse);
  expect([output.status, output.statusText, output.headers.get('x-id'), output.url]).toEqual([
    ...[201, 'Made', '7', 'http://127.0.0.1/chat'],
  ]);
  expect(ends).toEqual([]);
  expect(await output.text()).toBe('hello');
  expect(ends).toEqual([COMPLETE]);
});

test('the body of a response stays a byte stream', async () => {
  const { output } = followed(new Response('hi'));
  const { value } = await (output.body as ReadableStream).getReader({ mode: 'byob' }).read(new Uint8Array(8));
  expect(value).toEqual(new TextEncoder().encode('hi'));
});

test('a clone and its original are read from one followed body', async () => {
  const { output, ends } = followed(new Response('twice'));
  const clone = output.clone();
  expect(await Promise.all([output.text(), clone.text()])).toEqual(['twice', 'twice']);
  expect(ends).toEqual([COMPLETE]);
});

test('a response without a body, or whose body another has read, has ended when it is handed over', async () => {
  const empty = new Response(null, { status: 204 });
  const read = new Response('read');
  await read.text();
  expect([followed(empty).ends, followed(read).ends]).toEqual([[COMPLETE], [COMPLETE]]);
  expect(followed(empty).output).toBe(empty);
});

test('a response whose body is a Node.js Readable is handed on as it is', async () => {
  const response = new NodeFetchResponse();
  const { output, ends } = followed(response);
  expect(output).toBe(response);
  await collect(response.body);
  expect(ends).toEqual([COMPLETE]);
});

test('a result is followed through the stream that it holds', async () => {
  const { output, chunks, ends } = followed({ stream: counting(2), requestId: '7' });
  expect(output.requestId).toBe('7');
  await collect(output.stream);
  expect([chunks, ends]).toEqual([[1, 2], [COMPLETE]]);
});

test('a result that makes its streams of a base stream is followed beneath all of them', async () => {
  class Result {
    baseStream: ReadableStream = ReadableStream.from([{ part: 'a' }, { part: 'b' }]);
    get textStream(): ReadableStream {
      const [own, rest] = this.baseStream.tee();
      this.baseStream = rest;
      return own;
    }
  }
  const { output, chunks, ends } = followed(new Result());
  expect(output).toBeInstanceOf(Result);
  await Promise.all([collect(output.textStream), collect(output.textStream), collect(output.baseStream)]);
  expect([chunks, ends]).toEqual([['a', 'b'], [COMPLETE]]);
});

test('values of every other kind do not go on', () => {
  const values = [{ stream: 'text' }, { body: 'text', status: 200 }, { fullStream: undefined }, new Map(), null];
  expect(values.map(isOngoing)).toEqual(values.map(() => false));
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(isOngoing(proxy)).toBe(false);
});

test('a response with a status of its own keeps it, and its body', async () => {
  const response = new Response('busy');
  Object.defineProperties(response, { status: { value: 999 }, ok: { value: false } });
  const { output, ends } = followed(response);
  expect([output.status, output.ok, await output.text()]).toEqual([999, false, 'busy']);
  expect(ends).toEqual([COMPLETE]);
});

test('a response whose class makes none around another body keeps its body', async () => {
  class Named extends Response {
    constructor(name: unknown) {
      if (typeof name !== 'string') throw new TypeError('a name, please');
      super(`hello ${name}`);
    }
  }
  const response = new Named('Ada');
  expect(followed(response).output).toBe(response);
  expect(await response.text()).toBe('hello Ada');
});

test('a response that is being read is not let go of', async () => {
  const { output } = followed(new Response('hello'));
  const text = output.text();
  discardOutput(output, new Error('too late'));
  expect(await text).toBe('hello');
});
