import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { answerTo } from './answers.ts';

/** A request as the provider has received it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Record<string, unknown>;
  /** Resolves when its connection is closed, or its answer has ended. */
  readonly closed: Promise<unknown>;
}

/** How the provider answers in place of its own answer. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** `silence`: no answer. `stall`: half of it, and then nothing. `cut`: half, and then a reset. `open`: all of it, and no end. */
  readonly fault?: 'silence' | 'stall' | 'cut' | 'open';
}

/** What a connection over HTTP/2 begins with. */
const HTTP2_PREFACE = 'PRI * HTTP/2';

/** A provider on the loopback that speaks the protocols of the SDKs, by the path of a request, over HTTP/1.1 and HTTP/2. */
export class LoopbackProvider implements AsyncDisposable {
  readonly received: Received[] = [];
  /** Changes the answer to a request; undefined for the usual one. */
  reply: (received: Received, count: number) => Reply | undefined = () => undefined;
  readonly #server: Server = createServer((socket) => this.#connect(socket));
  readonly #http1 = createHttpServer((request, response) => void this.#serve(request, response));
  readonly #http2 = createHttp2Server((request, response) => {
    // Of what differs from HTTP/1.1, only `fault: 'cut'` is used, and by no test over HTTP/2.
    void this.#serve(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  readonly #sockets = new Set<Socket>();

  private constructor() {}

  static async start(): Promise<LoopbackProvider> {
    const provider = new LoopbackProvider();
    await once(provider.#server.listen(0, '127.0.0.1'), 'listening');
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // of a server that listens on a port
  }

  /** The only request of a test, or its last one. */
  get last(): Received {
    return this.received.at(-1) as Received;
  }

  reset(): void {
    this.received.length = 0;
    this.reply = () => undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #connect(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {}); // a client may reset its connection
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      if (first.toString('latin1').startsWith(HTTP2_PREFACE)) {
        this.#http2.emit('connection', socket); // it reads what is in the buffer of the socket itself
      } else {
        this.#http1.emit('connection', socket);
        socket.resume();
      }
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString();
    const { method = '', url: path = '', headers } = request;
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    const received = { method, path, headers, text, body, closed: once(response, 'close') };
    this.received.push(received);
    const reply = this.reply(received, this.received.length) ?? {};
    if (reply.fault === 'silence') return;
    const answer =
      reply.body === undefined
        ? answerTo(path, body)
        : { pieces: [JSON.stringify(reply.body)], type: 'application/json' };
    response.writeHead(reply.status ?? 200, { 'content-type': answer.type, 'x-request-id': 'req_1', ...reply.headers });
    const isHalf = reply.fault === 'stall' || reply.fault === 'cut';
    const half = answer.pieces.length > 1 ? answer.pieces.slice(0, 2) : [answer.pieces[0]?.slice(0, 9) ?? ''];
    for (const piece of isHalf ? half : answer.pieces) response.write(piece);
    if (reply.fault === 'cut') setImmediate(() => request.socket.resetAndDestroy());
    else if (reply.fault === undefined) response.end();
  }
}
