import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';
import { CircuitBreakerPrimitive, FallbackPrimitive, type WorkflowContext } from 'tta-dev-primitives';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RouterPrimitive } from './router-primitive.ts';

const server = createServer((_request, response) => {
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after-ms': '1' });
  response.end('{"error":{"message":"overloaded"}}');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function chat(): ReturnType<ReturnType<typeof createOpenAI>['chat']> {
  const { port } = server.address() as AddressInfo;
  return createOpenAI({ apiKey: 'k', baseURL: `http://127.0.0.1:${port}/v1` }).chat('m');
}

function ask({ signal }: WorkflowContext): ReturnType<typeof streamText> {
  return streamText({ model: chat(), prompt: 'hi', abortSignal: signal, maxRetries: 0, onError() {} });
}

type Work = (input: unknown, context: WorkflowContext) => AsyncIterable<unknown>;

/** Errors of the AI SDK come out only while the stream is read: as a part, or not at all. */
const TEXT: Work = (_, context) => ask(context).textStream;
const FULL: Work = (_, context) => ask(context).fullStream;
const spare: Work = async function* () {
  yield 'spare';
};

const routes = (work: Work) => ({ a: { step: work }, b: { step: spare } });

async function read(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

describe("a stream of the AI SDK that fails with its provider's 503", () => {
  it.each([
    ['textStream', TEXT],
    ['fullStream', FULL],
  ])('makes a router take another route (%s)', async (_, work) => {
    const router = new RouterPrimitive(routes(work), { strategy: () => 'a', defaultRoute: 'a', fallback: true });
    expect(await read(await router.execute(null))).toEqual(['spare']);
    expect(router.getStats().routes).toMatchObject({ a: { errors: 1 }, b: { errors: 0, decisions: 0 } });
  });

  it.each([
    ['textStream', TEXT],
    ['fullStream', FULL],
  ])('counts as an error of its route without a fallback (%s)', async (_, work) => {
    const router = new RouterPrimitive({ a: { step: work } }, { strategy: () => 'a', defaultRoute: 'a' });
    for (let time = 0; time < 3; time += 1) await read(await router.execute(null)).catch(() => {});
    expect(router.getStats().routes.a.errors).toBe(3);
  });

  it('makes a fallback ask the alternative (fullStream)', async () => {
    expect(await read(await new FallbackPrimitive(FULL, [spare]).execute(null))).toEqual(['spare']);
  });

  it('makes a fallback ask the alternative where the whole result is the output', async () => {
    const spareResult = { textStream: spare };
    const result = (_: unknown, context: WorkflowContext): unknown => ask(context);
    expect(await new FallbackPrimitive<null, unknown>(result, [() => spareResult]).execute(null)).toBe(spareResult);
  });

  it('is an empty stream, which is no failure, to who asks for no chunk (textStream)', async () => {
    const breaker = new CircuitBreakerPrimitive(TEXT, { failureThreshold: 1 });
    expect(await read(await breaker.execute(null))).toEqual([]);
    expect(breaker.state).toBe('closed');
    expect(await read(await new FallbackPrimitive(TEXT, [spare]).execute(null))).toEqual([]);
  });

  it('opens a circuit (fullStream)', async () => {
    const breaker = new CircuitBreakerPrimitive(FULL, { failureThreshold: 2 });
    for (let time = 0; time < 2; time += 1) await read(await breaker.execute(null));
    expect(breaker.state).toBe('open');
  });
});

it('an answer of the AI SDK that fails for good after its retries makes a router take another route, and cool the first', async () => {
  const errors: unknown[] = [];
  const work = async (_: unknown, { signal }: WorkflowContext): Promise<unknown> => {
    try {
      return await generateText({ model: chat(), prompt: 'hi', abortSignal: signal });
    } catch (error) {
      errors.push(error);
      throw error;
    }
  };
  const router = new RouterPrimitive<null, unknown, 'a' | 'b'>(
    { a: { step: work }, b: { step: () => 'spare' } },
    { strategy: () => 'a', defaultRoute: 'a', fallback: true, cooldown: { failureThreshold: 1 } },
  );
  expect([await router.execute(null), await router.execute(null)]).toEqual(['spare', 'spare']);
  expect(errors).toEqual([expect.objectContaining({ name: 'AI_RetryError' })]);
});
