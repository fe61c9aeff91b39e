import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type ProviderWire, WIRES } from './provider-wires.ts';

/** A server on the loopback whose answers have the status 200 and are none: the path names the provider and the fault. */
export interface SilentServer extends AsyncDisposable {
  urlOf(caller: string, fault: string): string;
}

export async function silentServer(): Promise<SilentServer> {
  const http = createServer(answer);
  const http2 = createHttp2Server((request, response) =>
    // The compatible interface of HTTP/2 has everything that is used here.
    answer(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  const sessions = new Set<{ destroy(): void }>();
  http2.on('session', (session) => sessions.add(session));
  const ports: number[] = [];
  for (const server of [http, http2]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port); // of a server that listens on a port
  }
  return {
    urlOf: (caller, fault) => `http://127.0.0.1:${ports[caller === 'bedrock' ? 1 : 0]}/${caller}/${fault}`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      http.close();
      for (const session of sessions) session.destroy();
      http2.close();
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const [, caller = '', fault = ''] = (request.url ?? '').split('/');
  const wire = WIRES[caller];
  if (fault === 'silence') return;
  if (wire === undefined) response.writeHead(404).end();
  else if (fault === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>login</html>');
  else if (fault === 'err200')
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(wire.error));
  else if (fault === 'timeoutbody') response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":');
  else if (fault === 'empty' && isWhole(request)) response.writeHead(200, { 'content-type': 'application/json' }).end();
  else stream(response, wire, fault);
}

/** Whether a request asks for a whole answer; only of those whose paths say so, and of those that a test marks. */
function isWhole(request: IncomingMessage): boolean {
  return request.headers['x-whole'] !== undefined || /converse$/.test(request.url ?? '');
}

function stream(response: ServerResponse, wire: ProviderWire, fault: string): void {
  response.writeHead(200, { 'content-type': wire.contentType });
  const { chunks, cutAfter, unmarked, mark, print } = wire;
  const write = (count: number): void => {
    for (const chunk of chunks.slice(0, count)) response.write(print(chunk));
  };
  switch (fault) {
    case 'cut':
      write(cutAfter);
      break;
    case 'nodone':
    case 'nodoneopen':
      write(unmarked);
      break;
    case 'doneopen':
      write(chunks.length);
      response.write(mark);
      break;
    case 'errevent':
      write(cutAfter);
      response.write(`data: ${JSON.stringify(wire.error)}\n\n`);
      break;
    case 'badchunk':
      write(cutAfter);
      response.write(wire.contentType === 'text/event-stream' ? 'data: {"id":"x","cho\n\n' : '{"message":{"ro\n');
      if (wire.contentType === 'text/event-stream') {
        for (const chunk of chunks.slice(cutAfter)) response.write(print(chunk));
        response.write(mark);
      }
      break;
    case 'timeoutmid':
    case 'abortmid':
      write(cutAfter);
      break;
    default: // empty
  }
  const isOpen = fault.endsWith('open') || fault.endsWith('mid');
  if (isOpen) response.flushHeaders();
  else response.end();
}
