import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server, type Http2ServerRequest } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { WorkflowContext } from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { contextFromRequest } from './context-from-request.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const fetched = (headers: Record<string, string> = {}, signal: AbortSignal | null = null): Request =>
  new Request('http://localhost/', { headers, signal });

/** A server of Node.js that runs on the loopback until its test has ended. */
async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => undefined;

describe('the headers of a request', () => {
  it.each<[string, Record<string, string>, object]>([
    ['a trace', { traceparent: PARENT, tracestate: 'a=1' }, { metadata: { traceparent: PARENT, tracestate: 'a=1' } }],
    ['a trace without an id', { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` }, { metadata: {} }],
    ['a state without a trace', { tracestate: 'a=1' }, { metadata: {} }],
    ['baggage', { baggage: 'plan = pro;p=1, city=S%C3%A3o, bad=%, =x' }, { baggage: { plan: 'pro', city: 'São' } }],
    ['too much baggage', { baggage: `a=${'x'.repeat(9_000)}` }, { baggage: {} }],
    ['an id', { 'x-request-id': 'r-1' }, { correlationId: 'r-1' }],
    ['two ids', { 'x-request-id': 'r-1', 'x-correlation-id': 'c-1' }, { correlationId: 'c-1' }],
  ])('give the context: %s', (_, headers, fields) => {
    const { metadata, baggage, correlationId } = contextFromRequest(fetched(headers));
    expect({ metadata, baggage, correlationId }).toMatchObject(fields);
  });

  it('give no correlation id that is long or not plain', () => {
    for (const id of ['x'.repeat(200), 'a b']) {
      expect(contextFromRequest(fetched({ 'x-request-id': id })).correlationId).toMatch(/^[\da-f-]{36}$/);
    }
  });

  it('name no tenant: a function of the server does', () => {
    const request = fetched({ 'x-tenant': 'mallory', baggage: 'tenantId=mallory' });
    expect(contextFromRequest(request).tenantId).toBeUndefined();
    const context = contextFromRequest(request, { tenant: ({ url }) => new URL(url).hostname, user: 'ada' });
    expect([context.tenantId, context.userId]).toEqual(['localhost', 'ada']);
  });
});

describe('a client that leaves', () => {
  it('aborts the context by the signal of a Request', () => {
    const controller = new AbortController();
    const context = contextFromRequest(fetched({}, controller.signal));
    expect(context.isAborted).toBe(false);
    controller.abort();
    expect(context.isAborted).toBe(true);
  });

  it('aborts the context of a request of Node.js, also after its body was read', async () => {
    const contexts: WorkflowContext[] = [];
    using server = await serving(async (request) => {
      contexts.push(contextFromRequest(request));
      for await (const _piece of request);
    });
    const client = new AbortController();
    const asking = fetch(server.url, { method: 'POST', body: 'hi', signal: client.signal }).catch(() => {});
    await expect.poll(() => contexts.length).toBe(1);
    expect(contexts[0]?.isAborted).toBe(false);
    client.abort();
    await expect.poll(() => contexts[0]?.isAborted).toBe(true);
    expect(contexts[0]?.signal.reason).toMatchObject({ name: 'AbortError', message: 'the client has left' });
    await asking;
  });

  it('aborts a signal whose context nothing refers to any more', async () => {
    const signals: AbortSignal[] = [];
    const litter: WeakRef<object>[] = [];
    using server = await serving((request) => {
      signals.push(contextFromRequest(request).signal);
      litter.push(new WeakRef({}));
      request.resume();
    });
    const client = new AbortController();
    const asking = fetch(server.url, { method: 'POST', body: 'hi', signal: client.signal }).catch(() => {});
    await expect.poll(() => signals.length).toBe(1);
    await expect.poll(() => collectGarbage() ?? litter[0]?.deref()).toBeUndefined();
    client.abort();
    await expect.poll(() => signals[0]?.aborted).toBe(true);
    await asking;
  });

  it('keeps nothing of a request that was answered, though the connection stays open', async () => {
    const signals: WeakRef<AbortSignal>[] = [];
    using server = await serving((request, response) => {
      signals.push(new WeakRef(contextFromRequest(request).signal));
      response.end();
    });
    for (let count = 0; count < 4; count += 1) await (await fetch(server.url)).text();
    await expect.poll(() => collectGarbage() ?? signals[0]?.deref()).toBeUndefined();
  });

  it('aborts the context of a request of HTTP/2, and of no other on the same connection', async () => {
    const contexts = new Map<string, WorkflowContext>();
    const server = createHttp2Server((request: Http2ServerRequest) => {
      contexts.set(request.url, contextFromRequest(request as unknown as IncomingMessage)); // it has the same members
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      const [leaving] = ['/leaves', '/stays'].map((path) => session.request({ ':path': path }).on('error', () => {}));
      await expect.poll(() => contexts.size).toBe(2);
      leaving?.close();
      await expect.poll(() => contexts.get('/leaves')?.isAborted).toBe(true);
      expect(contexts.get('/stays')?.isAborted).toBe(false);
    } finally {
      session.destroy();
      server.close();
    }
  });

  it('costs one listener for each connection, however many requests it carries', async () => {
    let listeners = 0;
    const ports = new Set<number | undefined>();
    using server = await serving((request, response) => {
      contextFromRequest(request);
      ports.add(request.socket.remotePort);
      listeners = request.socket.listenerCount('close');
      response.end();
    });
    await (await fetch(server.url)).text();
    const before = listeners;
    for (let count = 0; count < 40; count += 1) await (await fetch(server.url)).text();
    expect(listeners).toBe(before);
    expect(ports.size).toBeLessThan(5);
  });
});

it.each<[unknown, object | undefined, string]>([
  [undefined, undefined, 'contextFromRequest: request must be a Request or an IncomingMessage'],
  [fetched(), { tenantId: 'a' }, 'contextFromRequest: tenantId is not an option'],
  [fetched(), { tenant: '' }, 'contextFromRequest: tenant must be a name'],
])('refuses what is wrong: %j %j', (request, options, sentence) => {
  expect(() => contextFromRequest(request as Request, options)).toThrow(sentence);
});
