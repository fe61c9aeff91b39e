import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { refuse } from './answers.ts';

export type Handler = (request: Request) => Response | Promise<Response>;

/** The longest body that is read, in bytes. */
const MAX_BODY = 32 * 1024 * 1024;

/** Serves a handler of web requests from a server of Node.js. A reader that is slow holds back the writer, and one that leaves ends it. */
export function listenerOf(handle: Handler): RequestListener {
  return (incoming, outgoing) => {
    void serve(handle, incoming, outgoing);
  };
}

/** Never rejects. */
async function serve(handle: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    await write(await answerOf(handle, incoming), incoming, outgoing);
  } catch {
    outgoing.destroy(); // its reader has left, or its body failed after the head was sent
  }
}

async function answerOf(handle: Handler, incoming: IncomingMessage): Promise<Response> {
  const request = await requestOf(incoming);
  if (request instanceof Response) return request;
  try {
    return await handle(request);
  } catch (error) {
    return refuse(500, `the dashboard failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function requestOf(incoming: IncomingMessage): Promise<Request | Response> {
  const { method = 'GET', url = '/', headers } = incoming;
  const address = `http://${headers.host ?? '127.0.0.1'}${url.startsWith('/') ? url : '/'}`;
  if (!URL.canParse(address)) return refuse(400, 'the Host of the request is not one');
  const init: RequestInit = { method, headers: headersOf(incoming) };
  if (method === 'GET' || method === 'HEAD') return new Request(address, init);
  const body = await bodyOf(incoming);
  if (body === undefined) return refuse(413, `the body is longer than ${MAX_BODY} bytes`);
  return new Request(address, { ...init, body });
}

function headersOf({ headers }: IncomingMessage): Headers {
  const copied = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) copied.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return copied;
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function write(response: Response, { method }: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null || method === 'HEAD') {
    await response.body?.cancel();
    outgoing.end();
    return;
  }
  const reader = response.body.getReader();
  const left = new AbortController();
  outgoing.once('close', () => {
    left.abort();
    void reader.cancel();
  });
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (!outgoing.write(part.value)) await once(outgoing, 'drain', { signal: left.signal });
  }
  outgoing.end();
}
