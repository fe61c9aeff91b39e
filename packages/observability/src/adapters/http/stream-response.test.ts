import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { sendResponse } from './send-response.ts';
import { streamResponse } from './stream-response.ts';

const BUSY = Object.assign(new Error('org-secret'), { status: 429 });

async function* chunks(values: readonly unknown[], failure?: Error): AsyncGenerator<unknown> {
  yield* values;
  if (failure !== undefined) throw failure;
}

describe('a stream as server-sent events', () => {
  it('has an event for each chunk, and the end of the protocol', async () => {
    const response = await streamResponse(chunks([{ a: 1 }, { b: 'é\n' }]), { protocol: 'openai' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(await response.text()).toBe('data: {"a":1}\n\ndata: {"b":"é\\n"}\n\ndata: [DONE]\n\n');
  });

  it('names events by their type, unless that is no name', async () => {
    const typed = chunks([{ type: 'ping' }, { type: 'a\ndata: b' }]);
    const text = await (await streamResponse(typed, { protocol: 'anthropic' })).text();
    expect(text).toBe('event: ping\ndata: {"type":"ping"}\n\ndata: {"type":"a\\ndata: b"}\n\n');
  });

  it('hands on bytes as they are', async () => {
    const bytes = new TextEncoder().encode('data: 1\n\n');
    expect(await (await streamResponse(ReadableStream.from([bytes]), {})).text()).toBe('data: 1\n\n');
  });

  it('that fails before its first chunk has the status of its error', async () => {
    for (const failing of [chunks([], BUSY), Promise.reject(BUSY)]) {
      const response = await streamResponse(failing, { protocol: 'openai' });
      expect([response.status, response.headers.get('content-type')]).toEqual([429, 'application/json']);
    }
  });

  it.each<['openai' | 'anthropic' | 'problem+json', RegExp]>([
    ['openai', /data: \{"error":\{"message":"too many[^\n]*\n\n$/],
    ['anthropic', /event: error\ndata: \{"type":"error","error":\{"type":"rate_limit_error"[^\n]*\n\n$/],
    ['problem+json', /event: error\ndata: \{"type":"about:blank"[^\n]*\n\n$/],
  ])('that fails later says so in the stream, for %s', async (protocol, end) => {
    const text = await (await streamResponse(chunks([{ a: 1 }], BUSY), { protocol })).text();
    expect(text).toMatch(/^data: \{"a":1\}\n\n/);
    expect(text).toMatch(end);
    expect(text).not.toMatch(/secret|DONE/);
  });

  it('is closed when its reader leaves', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<object> {
      try {
        for (;;) yield { a: 1 };
      } finally {
        isClosed = true;
      }
    }
    const { body } = await streamResponse(endless());
    const reader = body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(isClosed).toBe(true);
  });
});

describe('a reader that leaves while a chunk is awaited', () => {
  it('does not wait for it, and the stream is closed after it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isClosed = false;
    async function* slow(): AsyncGenerator<object> {
      try {
        yield { a: 1 };
        await promise;
        yield { b: 2 };
      } finally {
        isClosed = true;
      }
    }
    const reader = (await streamResponse(slow())).body?.getReader();
    await reader?.read();
    const pending = reader?.read();
    await reader?.cancel();
    expect([await pending, isClosed]).toEqual([{ done: true, value: undefined }, false]);
    resolve();
    await expect.poll(() => isClosed).toBe(true);
  });
});

describe('a response that is sent by a server of Node.js', () => {
  /** Answers every request with a response, and keeps what became of the sending. */
  async function sending(make: () => Promise<Response> | Response) {
    const outcomes: unknown[] = [];
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const server = createServer(async (_, to) => {
      to.once('close', close);
      outcomes.push(await sendResponse(await make(), to).catch((error: unknown) => error));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      outcomes,
      left: () => closed,
      [Symbol.dispose]() {
        server.closeAllConnections();
        server.close();
      },
    };
  }

  it('arrives with its status, headers and body', async () => {
    const headers = new Headers([
      ['x-a', '1'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    using server = await sending(() => new Response('hello', { status: 201, statusText: 'Made', headers }));
    const answer = await fetch(server.url);
    expect([answer.status, answer.statusText, answer.headers.get('x-a'), answer.headers.getSetCookie()]).toEqual([
      201,
      'Made',
      '1',
      ['a=1', 'b=2'],
    ]);
    expect(await answer.text()).toBe('hello');
  });

  it('may have no body', async () => {
    using server = await sending(() => new Response(null, { status: 204 }));
    expect((await fetch(server.url)).status).toBe(204);
  });

  it('arrives chunk by chunk', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<object> {
      yield { a: 1 };
      await promise;
      yield { b: 2 };
    }
    using server = await sending(() => streamResponse(slow()));
    const reader = (await fetch(server.url)).body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe('data: {"a":1}\n\n');
    resolve();
    expect((await reader?.read())?.value).toBe('data: {"b":2}\n\n');
  });

  it('closes its stream when the client leaves, and is no error then', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<object> {
      try {
        for (;;) yield { text: 'x'.repeat(10_000) };
      } finally {
        isClosed = true;
      }
    }
    using server = await sending(() => streamResponse(endless()));
    const client = new AbortController();
    await (await fetch(server.url, { signal: client.signal })).body?.getReader().read();
    client.abort();
    await expect.poll(() => [isClosed, server.outcomes]).toEqual([true, [undefined]]);
  });

  it('closes its stream when the client has left before the first chunk, and is no error then', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const reasons: unknown[] = [];
    let asked = 0;
    using server = await sending(async () => {
      asked += 1;
      await promise;
      return new Response(new ReadableStream({ cancel: (reason) => void reasons.push(reason) }));
    });
    const client = new AbortController();
    const asking = fetch(server.url, { signal: client.signal }).catch(() => {});
    await expect.poll(() => asked).toBe(1);
    client.abort();
    await server.left();
    resolve();
    await expect.poll(() => server.outcomes).toEqual([undefined]);
    expect(reasons).toMatchObject([{ name: 'AbortError' }]);
    await asking;
  });

  it('breaks off when its body fails, and rejects with the failure', async () => {
    const failure = new Error('broken');
    const body = ReadableStream.from(chunks([new TextEncoder().encode('half')], failure));
    using server = await sending(() => new Response(body as ReadableStream<Uint8Array>));
    await expect(fetch(server.url).then((answer) => answer.text())).rejects.toThrow();
    await expect.poll(() => server.outcomes).toEqual([failure]);
  });
});
