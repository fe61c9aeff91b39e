import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How an answer of the provider ends. */
export type Script = 'complete' | 'cut' | 'filtered' | 'error' | 'broken' | 'slow';

const FINISH: Readonly<Record<Script, string>> = {
  complete: 'stop',
  slow: 'stop',
  cut: 'length',
  filtered: 'content_filter',
  error: 'error',
  broken: 'stop',
};

/** A provider on loopback that speaks chat completions and counts what it is asked. */
export class ScriptedProvider {
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));
  readonly #script: Script;
  calls = 0;

  constructor(script: Script) {
    this.#script = script;
  }

  /** @returns the base URL for clients */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.calls += 1;
    let body = '';
    for await (const chunk of request) body += chunk;
    const isStream = (JSON.parse(body) as { stream?: boolean }).stream === true;
    if (this.#script === 'slow') await new Promise((resolve) => setTimeout(resolve, 50));
    if (isStream) this.#stream(response);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.#whole()));
  }

  #whole(): object {
    if (this.#script === 'error') return { error: { message: 'the upstream model failed', code: 502 }, choices: [] };
    const message = { role: 'assistant', content: `answer ${this.calls}`, refusal: null };
    return {
      ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt-4o-mini' },
      choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH[this.#script] }],
      usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
    };
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta: object, finish: string | null): void => {
      const choices = [{ index: 0, delta, finish_reason: finish }];
      const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini', choices };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    };
    send({ role: 'assistant', content: 'answer ' }, null);
    if (this.#script !== 'broken') {
      send({ content: `${this.calls}` }, null);
      send({}, FINISH[this.#script]);
      response.write('data: [DONE]\n\n');
    }
    response.end();
  }
}
