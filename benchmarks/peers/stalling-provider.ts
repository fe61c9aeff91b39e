import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const CHUNK = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'stalling',
  choices: [{ index: 0, delta: { role: 'assistant', content: 'Hel' }, finish_reason: null }],
};

/** A provider on loopback that sends one chunk of a chat completion and then nothing, for ever. */
export class StallingProvider {
  readonly #server: Server = createServer((_, response) => this.#answer(response));
  #isClosed = false;

  /** @returns the base URL for clients */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Whether the client has closed the connection over which the stream came. */
  get isClosedByClient(): boolean {
    return this.#isClosed;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(response: ServerResponse): void {
    response.socket?.once('close', () => {
      this.#isClosed = true;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify(CHUNK)}\n\n`);
  }
}
