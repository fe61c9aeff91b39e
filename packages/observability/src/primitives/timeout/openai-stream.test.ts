import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTimeoutError } from './timeout-error.ts';
import { TimeoutPrimitive } from './timeout-primitive.ts';

const CHUNK = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'stalling',
  choices: [{ index: 0, delta: { role: 'assistant', content: 'Hel' }, finish_reason: null }],
};

/** Sends one chunk of a chat completion and then nothing, for ever; or the end, when it is asked for it. */
class StallingProvider {
  readonly #server: Server = createServer((_, response) => this.#answer(response));
  stalls = true;
  /** Settles when the client has closed its connection. */
  readonly closed: PromiseWithResolvers<void> = Promise.withResolvers<void>();

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(response: ServerResponse): void {
    response.socket?.once('close', () => this.closed.resolve());
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify(CHUNK)}\n\n`);
    if (!this.stalls) response.end('data: [DONE]\n\n');
  }
}

describe('the OpenAI client', () => {
  let provider: StallingProvider;
  let timeout: ReturnType<typeof streamingTimeout>;

  function streamingTimeout(client: OpenAI) {
    return new TimeoutPrimitive(
      (content: string, { signal }) =>
        client.chat.completions.create(
          { model: 'stalling', stream: true, messages: [{ role: 'user', content }] },
          { signal },
        ),
      { timeoutMs: 10_000, stream: { firstChunkMs: 10_000, idleMs: 100 }, operation: 'answer' },
    );
  }

  beforeEach(async () => {
    provider = new StallingProvider();
    timeout = streamingTimeout(new OpenAI({ apiKey: 'none', baseURL: await provider.listen(), maxRetries: 0 }));
  });

  afterEach(() => provider.stop());

  /** Reads the deltas and the error that ends them. */
  async function readAll(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<{ text: string; error: unknown }> {
    let text = '';
    try {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    } catch (error) {
      return { text, error };
    }
    return { text, error: undefined };
  }

  it('C27 gets a TimeoutError from a stream that stalls, and its connection is closed', async () => {
    const stream = await timeout.execute('Hello?');
    expect(stream.controller).toBeInstanceOf(AbortController);
    const { text, error } = await readAll(stream);
    expect(text).toBe('Hel');
    expect(isTimeoutError(error)).toBe(true);
    expect(error).toMatchObject({ phase: 'idle', chunks: 1, operation: 'answer' });
    await provider.closed.promise;
    expect(timeout.getStats()).toMatchObject({ total: 1, failures: 1 });
  });

  it('C27 gets it in both branches of a tee, too', async () => {
    const [left, right] = (await timeout.execute('Hello?')).tee();
    const results = await Promise.all([readAll(left), readAll(right)]);
    expect(results.map(({ text }) => text)).toEqual(['Hel', 'Hel']);
    expect(results.map(({ error }) => isTimeoutError(error) && error.phase)).toEqual(['idle', 'idle']);
    await provider.closed.promise;
  });

  it('is seen to end in a tee, too', async () => {
    provider.stalls = false;
    const [left, right] = (await timeout.execute('Hello?')).tee();
    await Promise.all([readAll(left), readAll(right)]);
    expect(timeout.getStats()).toMatchObject({ total: 1, successes: 1 });
  });

  it('C27 gets it from toReadableStream, too', async () => {
    const stream = (await timeout.execute('Hello?')).toReadableStream();
    const reading = async (): Promise<void> => {
      for await (const _ of stream as ReadableStream<unknown>);
    };
    await expect(reading()).rejects.toMatchObject({ phase: 'idle' });
    await provider.closed.promise;
  });
});
