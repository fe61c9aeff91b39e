import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer in both forms. */
export interface Answer {
  readonly whole: object;
  readonly chunks: readonly object[];
}

/** A provider on loopback that gives one answer, whole or streamed as it is asked, over the wire of its API. */
export class Provider {
  answer: Answer = { whole: {}, chunks: [] };
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Provider> {
    const server = createServer();
    const provider = new Provider(server);
    server.on('request', async (request, response) => {
      const body = await bodyOf(request);
      const wantsStream = body['stream'] === true || request.url?.includes('streamGenerateContent') === true;
      response.setHeader('content-type', wantsStream ? 'text/event-stream' : 'application/json');
      response.end(wantsStream ? serverSentEvents(provider.answer.chunks) : JSON.stringify(provider.answer.whole));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>;
}

function serverSentEvents(chunks: readonly object[]): string {
  const events = chunks.map((chunk) => {
    const name = 'type' in chunk ? `event: ${chunk.type}\n` : '';
    return `${name}data: ${JSON.stringify(chunk)}\n\n`;
  });
  const isChat = chunks.some((chunk) => 'object' in chunk && chunk.object === 'chat.completion.chunk');
  return events.join('') + (isChat ? 'data: [DONE]\n\n' : '');
}

export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}
