import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** How a server fails to answer. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
export type Behaviour = Refusal | 'reset' | 'reset in mid-body' | 'silence';

/** A loopback server that fails as configured, also over HTTP/2, which some SDKs prefer. */
export interface FailingServer extends AsyncDisposable {
  behaviour: Behaviour;
  readonly url: string;
  readonly http2Url: string;
}

export async function failingServer(): Promise<FailingServer> {
  const http = createServer((request, response) => {
    request.resume();
    const { behaviour } = server;
    if (behaviour === 'reset') request.socket.resetAndDestroy();
    else if (behaviour === 'reset in mid-body') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"id":"x"', () => setImmediate(() => request.socket.resetAndDestroy()));
    } else if (behaviour !== 'silence') refuse(response, behaviour);
  });
  const http2 = createHttp2Server((request: Http2ServerRequest, response: Http2ServerResponse) => {
    request.resume();
    const { behaviour } = server;
    if (behaviour === 'reset') response.stream.close(INTERNAL_ERROR);
    else if (behaviour === 'reset in mid-body') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"id":"x"', () => setImmediate(() => response.stream.close(INTERNAL_ERROR)));
    } else if (behaviour !== 'silence') refuse(response, behaviour);
  });
  const [url, http2Url] = [await listen(http), await listen(http2)];
  const server: FailingServer = {
    behaviour: 'silence',
    url,
    http2Url,
    async [Symbol.asyncDispose](): Promise<void> {
      http.closeAllConnections();
      http.close();
      http2.close();
    },
  };
  return server;
}

/** The address of a server that is gone. */
export async function closedUrl(): Promise<string> {
  const server = createServer();
  const url = await listen(server);
  server.close();
  await once(server, 'close');
  return url;
}

const INTERNAL_ERROR = 2;

function refuse(response: ServerResponse | Http2ServerResponse, { status, headers, body }: Refusal): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries({ 'content-type': 'application/json', ...headers })) {
    response.setHeader(name, value);
  }
  response.end(JSON.stringify(body ?? { error: { message: 'no' }, message: 'no' }));
}

async function listen(server: ReturnType<typeof createServer> | ReturnType<typeof createHttp2Server>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // of a server that listens on a port
}
