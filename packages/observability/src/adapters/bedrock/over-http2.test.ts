import { once } from 'node:events';
import { createServer, type Http2Server, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { runInContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { answerAsBedrock, CONVERSE_EVENTS, TEXT } from './__fixtures__/bedrock-answers.ts';
import { type BedrockOptions, observe } from './observe.ts';

type Answering = (path: string, response: Http2ServerResponse) => void;

/** Bedrock over HTTP/2, which is what its client speaks unless it is given another handler. */
const provider = { received: 0, answer: answerAsBedrock as Answering, closed: Promise.resolve() as Promise<unknown> };
const sessions = new Set<ServerHttp2Session>();
let server: Http2Server;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    provider.received += 1;
    provider.closed = once(response.stream, 'close');
    await buffer(request);
    provider.answer(request.url, response);
  });
  server.on('session', (session) => sessions.add(session));
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(() => {
  provider.received = 0;
  provider.answer = answerAsBedrock;
});
afterAll(() => {
  for (const session of sessions) session.destroy();
  server.close();
});

function client(options: BedrockOptions): BedrockRuntimeClient {
  const plain = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIA1', secretAccessKey: 'secret' },
  });
  return observe(plain, options);
}

const ASKED = { modelId: 'amazon.nova-lite-v1:0', messages: [{ role: 'user' as const, content: [{ text: 'Hi' }] }] };

async function streamedBy(bedrock: BedrockRuntimeClient): Promise<string> {
  const { stream } = await bedrock.send(new ConverseStreamCommand(ASKED));
  let text = '';
  for await (const event of stream ?? []) text += event.contentBlockDelta?.delta?.text ?? '';
  return text;
}

it('gives answers and streams, a hit as a miss, and states what they cost', async () => {
  const bedrock = client({ cache: {}, timeout: { timeoutMs: 60_000 } });
  for (const outcome of ['miss', 'hit']) {
    const { context, report } = withReport();
    expect(await runInContext(context, () => streamedBy(bedrock))).toBe(TEXT);
    expect((await report).cacheOutcome).toBe(outcome);
  }
  const { output } = await bedrock.send(new ConverseCommand(ASKED));
  expect(output?.message?.content).toEqual([{ text: TEXT }]);
  expect(provider.received).toBe(1);
});

it('ends a stream that stalls, and its stream of HTTP/2', async () => {
  provider.answer = (_, response) => {
    response.setHeader('content-type', 'application/vnd.amazon.eventstream');
    response.write(CONVERSE_EVENTS[0] as Buffer);
  };
  const bedrock = client({ timeout: { timeoutMs: 60_000, stream: { idleMs: 50 } } });
  await expect(streamedBy(bedrock)).rejects.toMatchObject({ code: 'ERR_TTA_TIMEOUT', phase: 'idle' });
  await provider.closed;
});

it('hands the abort of its caller to the provider', async () => {
  provider.answer = () => {};
  const controller = new AbortController();
  const sent = client({ timeout: { timeoutMs: 60_000 } }).send(new ConverseCommand(ASKED), {
    abortSignal: controller.signal,
  });
  const outcome = sent.catch((error: unknown) => error);
  await expect.poll(() => provider.received).toBe(1);
  controller.abort();
  expect(await outcome).toMatchObject({ name: 'AbortError' });
  await provider.closed;
});
