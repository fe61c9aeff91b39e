import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AnswerIdentity,
  type CompletionRequest,
  chunkOf,
  completionOf,
  completionRequestOf,
  RequestRefusal,
  usageChunkOf,
} from './completion.ts';
import { Generation } from './generation.ts';
import type { BilledCall, Fault, ProviderModel, ProviderOptions } from './model.ts';

/** A provider that is listening. */
export interface Provider {
  /** What an OpenAI client takes as its base URL. */
  readonly url: string;
  /** Drops every connection and waits until each call has been billed. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 8 * 2 ** 20;

/**
 * Starts a provider on the loopback interface that speaks OpenAI's chat completions, whole or as server-sent events.
 *
 * It works as long as it is listened to: when a client leaves, the answer is no longer written.
 *
 * @example
 * ```ts
 * const provider = await startProvider({ models: [{ name: 'small', firstTokenMs: 20, tokensPerSecond: 900 }], answerOf });
 * const client = new OpenAI({ baseURL: provider.url, apiKey: 'any' });
 * ```
 */
export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const desk = new Desk(options);
  const server = createServer((request, response) => void desk.serve(request, response)); // `serve` never rejects
  server.keepAliveTimeout = 30_000; // longer than a lull of the workload, so no request meets a closing connection
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await desk.idle();
    },
  };
}

/** Takes requests and writes the bill. */
class Desk {
  readonly #models: ReadonlyMap<string, ProviderModel>;
  readonly #options: ProviderOptions;
  readonly #open: Set<Promise<void>> = new Set();
  readonly #startedAt: number = Math.floor(Date.now() / 1_000);
  #answers = 0;

  constructor(options: ProviderOptions) {
    this.#options = options;
    this.#models = new Map(options.models.map((model) => [model.name, model]));
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const serving = this.#route(request, response).catch((error: unknown) => refuse(response, error));
    this.#open.add(serving);
    await serving;
    this.#open.delete(serving);
  }

  async idle(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path] = (request.url ?? '').split('?');
    if (request.method === 'POST' && path === '/v1/chat/completions') {
      await this.#complete(completionRequestOf(await bodyOf(request)), response);
    } else if (request.method === 'GET' && path === '/v1/models') {
      sendJson(response, 200, {
        object: 'list',
        data: [...this.#models.keys()].map((name) => this.#modelObject(name)),
      });
    } else {
      throw new RequestRefusal(404, `Invalid URL (${request.method} ${path})`);
    }
  }

  #modelObject(id: string): object {
    return { id, object: 'model', created: this.#startedAt, owned_by: 'tta' };
  }

  async #complete(request: CompletionRequest, response: ServerResponse): Promise<void> {
    const model = this.#models.get(request.model);
    if (model === undefined) {
      throw new RequestRefusal(404, `The model '${request.model}' does not exist`, 'model_not_found');
    }
    const fault = this.#options.faultOf?.(request.prompt);
    if (fault?.kind === 'error') {
      this.#bill(request, { inputTokens: 0, outputTokens: 0 }, 'failed');
      throw new RequestRefusal(fault.status, ...wordsOf(fault.status));
    }
    await this.#answer(request, response, model, fault);
  }

  async #answer(
    request: CompletionRequest,
    response: ServerResponse,
    model: ProviderModel,
    fault: Fault | undefined,
  ): Promise<void> {
    const leaving = new AbortController();
    response.once('close', () => leaving.abort());
    const answer = this.#options.answerOf(request.model, request.prompt);
    const generation = new Generation(model, request.prompt, answer, fault, leaving.signal);
    const identity = { id: `chatcmpl-${++this.#answers}`, created: Math.floor(Date.now() / 1_000), model: model.name };
    try {
      if (request.isStreamed) await stream(identity, generation, request.wantsUsage, response);
      else sendJson(response, 200, completionOf(identity, await generation.whole(), answer));
    } catch (error) {
      if (!leaving.signal.aborted) throw error;
      this.#bill(request, { ...answer, outputTokens: generation.writtenTokens }, 'left');
      return;
    }
    this.#bill(request, answer, 'completed');
  }

  #bill(
    { model, prompt }: CompletionRequest,
    { inputTokens, outputTokens }: Pick<BilledCall, 'inputTokens' | 'outputTokens'>,
    ending: BilledCall['ending'],
  ): void {
    this.#options.onCall?.({ model, prompt, inputTokens, outputTokens, ending });
  }
}

async function stream(
  identity: AnswerIdentity,
  generation: Generation,
  wantsUsage: boolean,
  response: ServerResponse,
): Promise<void> {
  const send = (data: object): void => void response.write(`data: ${JSON.stringify(data)}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
  let isFirst = true;
  for await (const content of generation.parts()) {
    send(chunkOf(identity, isFirst ? { role: 'assistant', content } : { content }));
    isFirst = false;
  }
  send(chunkOf(identity, {}, 'stop'));
  if (wantsUsage) send(usageChunkOf(identity, generation.size));
  response.end('data: [DONE]\n\n');
}

function wordsOf(status: 429 | 500): [message: string, code: string | null] {
  return status === 429
    ? ['Rate limit reached for requests', 'rate_limit_exceeded']
    : ['The server had an error while processing your request', null];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const blocks: Buffer[] = [];
  let bytes = 0;
  for await (const block of request as AsyncIterable<Buffer>) {
    bytes += block.length;
    if (bytes > MAX_BODY_BYTES) throw new RequestRefusal(413, 'The body of the request is too large');
    blocks.push(block);
  }
  return Buffer.concat(blocks).toString('utf8');
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, code, message } =
    error instanceof RequestRefusal ? error : { status: 500, code: null, message: 'The provider itself failed' };
  if (status === 429) response.setHeader('retry-after', '1');
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  sendJson(response, status, { error: { message, type, param: null, code } });
}
