import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ModelTimeoutException,
  ServiceQuotaExceededException,
  ThrottlingException,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { failureOf, runInContext, WorkflowContext, withReport } from 'tta-dev-primitives';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lateOutcome } from '../__fixtures__/late.ts';
import { awsFrame } from './__fixtures__/aws-frame.ts';
import { answerAsBedrock, CONVERSE_EVENTS, TEXT } from './__fixtures__/bedrock-answers.ts';
import { type BedrockOptions, observe } from './observe.ts';

interface Received {
  readonly path: string;
  readonly body: string;
  readonly authorization: string;
  readonly closed: Promise<unknown>;
}

type Answering = (received: Received, response: ServerResponse) => void;

const usual: Answering = ({ path }, response) => answerAsBedrock(path, response);

const busy: Answering = (_, response) => {
  response.writeHead(429, { 'x-amzn-errortype': 'ThrottlingException', 'content-type': 'application/json' });
  response.end('{"message":"Too many requests"}');
};

/** Bedrock on the loopback. */
const provider = { received: [] as Received[], answer: usual };

const server = createServer(async (request: IncomingMessage, response) => {
  const received = {
    path: request.url ?? '',
    body: (await buffer(request)).toString(),
    authorization: request.headers.authorization ?? '',
    closed: once(response, 'close'),
  };
  provider.received.push(received);
  provider.answer(received, response);
});

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(() => {
  provider.received.length = 0;
  provider.answer = usual;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function plain(accessKeyId = 'AKIA1'): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId, secretAccessKey: 'secret' },
    requestHandler: new NodeHttpHandler(), // the default one speaks HTTP/2
  });
}

const client = (options?: BedrockOptions): BedrockRuntimeClient => observe(plain(), options);

const ASKED = { modelId: 'amazon.nova-lite-v1:0', messages: [{ role: 'user' as const, content: [{ text: 'Hi' }] }] };

const INVOKED = {
  modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
  body: JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hi' }],
  }),
};

async function textOf(bedrock: BedrockRuntimeClient): Promise<string> {
  const { output } = await bedrock.send(new ConverseCommand(ASKED));
  return output?.message?.content?.[0]?.text ?? '';
}

async function streamedBy(bedrock: BedrockRuntimeClient): Promise<string> {
  const { stream } = await bedrock.send(new ConverseStreamCommand(ASKED));
  let text = '';
  for await (const event of stream ?? []) text += event.contentBlockDelta?.delta?.text ?? '';
  return text;
}

const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe('an observed client of Bedrock', () => {
  it('is the same client, and sends the same requests', async () => {
    const bedrock = plain();
    await textOf(bedrock);
    expect(observe(bedrock)).toBe(bedrock);
    await textOf(bedrock);
    const [first, second] = provider.received;
    expect([second?.path, second?.body]).toEqual([first?.path, first?.body]);
    expect(second?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIA1\/.*Signature=/);
  });

  it('says in a report what a call has cost, whole and streamed', async () => {
    for (const work of [textOf, streamedBy]) {
      const { context, report } = withReport();
      expect(await runInContext(context, () => work(client()))).toBe(TEXT);
      const { attempts, costUsd } = await report;
      expect(attempts).toMatchObject([
        { model: 'amazon.nova-lite-v1:0', outcome: 'answered', usage: { inputTokens: 1_000, outputTokens: 100 } },
      ]);
      expect(costUsd).toBeGreaterThan(0);
    }
  });

  it('answers again from its cache, in either form', async () => {
    for (const [first, second] of [
      [textOf, textOf],
      [streamedBy, streamedBy],
      [textOf, streamedBy],
      [streamedBy, textOf],
    ] as const) {
      provider.received.length = 0;
      const bedrock = client({ cache: {} });
      expect([await first(bedrock), await second(bedrock)]).toEqual([TEXT, TEXT]);
      expect(provider.received).toHaveLength(1);
    }
  });

  it('shares stored answers with no other account', async () => {
    const { memoryStore } = await import('../../primitives/index.ts');
    const store = memoryStore({ maxBytes: 1_000_000 });
    for (const account of ['AKIA1', 'AKIA2', 'AKIA1']) await textOf(observe(plain(account), { cache: { store } }));
    expect(provider.received).toHaveLength(2);
  });

  it('reads the format of the model behind InvokeModelWithResponseStream, a hit as a miss', async () => {
    const bedrock = client({ cache: {} });
    for (const costUsd of [expect.toSatisfy((cost) => cost > 0), 0]) {
      const { context, report } = withReport();
      const text = await runInContext(context, async () => {
        const { body } = await bedrock.send(new InvokeModelWithResponseStreamCommand(INVOKED));
        let said = '';
        for await (const { chunk } of body ?? []) {
          said += JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()).delta?.text ?? '';
        }
        return said;
      });
      expect(text).toBe(TEXT);
      expect(await report).toMatchObject({ costUsd });
    }
    expect(provider.received).toHaveLength(1);
  });

  it('reads the formats of the models behind InvokeModel', async () => {
    const { context, report } = withReport();
    const answer = await runInContext(context, async () => client().send(new InvokeModelCommand(INVOKED)));
    expect(answer.body.transformToString()).toContain(TEXT);
    expect((await report).attempts).toMatchObject([{ usage: { inputTokens: 1_000, outputTokens: 100 } }]);
  });
});

describe('a failure', () => {
  it('of the provider has the class of the client, which tries again itself', async () => {
    provider.answer = (received, response) => (provider.received.length < 3 ? busy : usual)(received, response);
    expect(await textOf(client())).toBe(TEXT);
    provider.answer = busy;
    const error = await caught(textOf(client({ retry: { maxAttempts: 1 } })));
    expect(error).toBeInstanceOf(ThrottlingException);
    expect(failureOf(error)?.kind).toBe('rate_limited');
  });

  it('that may pass is mended by our retry, and the client makes no attempts of its own', async () => {
    provider.answer = busy;
    await caught(textOf(client({ retry: { maxAttempts: 2, backoff: () => 0 } })));
    expect(provider.received).toHaveLength(2);
  });

  it('of a limit is not tried again', async () => {
    const bedrock = client({ limit: { key: () => 'all', requestsPerMinute: 1 } });
    await textOf(bedrock);
    const error = await caught(textOf(bedrock));
    expect(error).toBeInstanceOf(ServiceQuotaExceededException);
    expect(error).toMatchObject({
      message: expect.stringContaining('1 requests a minute'),
      $metadata: { attempts: 1 },
    });
    expect(failureOf(error)).toMatchObject({ kind: 'quota', retryAfterMs: expect.any(Number) });
  });

  it('in time is not tried again, and closes the connection', async () => {
    provider.answer = () => {};
    const bedrock = client({ timeout: { timeoutMs: 50, graceMs: 0 } });
    const error = await lateOutcome(provider as never, 50, () => textOf(bedrock));
    expect(error).toBeInstanceOf(ModelTimeoutException);
    expect([failureOf(error)?.kind, provider.received.length]).toEqual(['timeout', 1]);
    await provider.received[0]?.closed;
  });

  it('of a stream that stalls is our own error, and closes the connection', async () => {
    provider.answer = (_, response) => {
      response.setHeader('content-type', 'application/vnd.amazon.eventstream');
      response.write(CONVERSE_EVENTS[0]);
      response.write(CONVERSE_EVENTS[1]);
    };
    const bedrock = client({ timeout: { timeoutMs: 60_000, stream: { idleMs: 50 } } });
    expect(await caught(streamedBy(bedrock))).toMatchObject({ code: 'ERR_TTA_TIMEOUT', phase: 'idle' });
    await provider.received[0]?.closed;
  });

  it('that a stream states is counted as a failed call', async () => {
    const exception = awsFrame('throttlingException', { message: 'Too many requests' }, 'exception');
    provider.answer = (_, response) => {
      response.setHeader('content-type', 'application/vnd.amazon.eventstream');
      response.end(Buffer.concat([CONVERSE_EVENTS[0] as Buffer, CONVERSE_EVENTS[1] as Buffer, exception]));
    };
    const { context, report } = withReport();
    const error = await caught(runInContext(context, () => streamedBy(client())));
    expect(failureOf(error)).toMatchObject({ kind: 'rate_limited', retryable: true });
    expect((await report).attempts).toMatchObject([{ outcome: 'failed' }]);
  });
});

describe('a caller who leaves', () => {
  it('aborts a whole request with the error of the client', async () => {
    provider.answer = () => {};
    const controller = new AbortController();
    const sent = client().send(new ConverseCommand(ASKED), { abortSignal: controller.signal });
    const outcome = caught(sent);
    await expect.poll(() => provider.received.length).toBe(1);
    controller.abort();
    expect(await outcome).toMatchObject({ name: 'AbortError' });
    await provider.received[0]?.closed;
  });

  it('of a stream, which its client does not close, ends it by the limit for unread streams', async () => {
    const piece = awsFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'x'.repeat(10_000) } });
    provider.answer = (_, response) => {
      response.setHeader('content-type', 'application/vnd.amazon.eventstream');
      response.write(CONVERSE_EVENTS[0]);
      const more = (): void => {
        while (response.write(piece));
      };
      response.on('drain', more);
      more();
    };
    const { context, report } = withReport();
    const bedrock = client({ unreadMs: 50 });
    await runInContext(context, async () => {
      const { stream } = await bedrock.send(new ConverseStreamCommand(ASKED));
      for await (const _event of stream ?? []) break;
    });
    await provider.received[0]?.closed;
    expect((await report).attempts).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('by the end of its context ends the call', async () => {
    provider.answer = () => {};
    const controller = new AbortController();
    const context = new WorkflowContext({ signal: controller.signal });
    const outcome = caught(runInContext(context, () => textOf(client())));
    await expect.poll(() => provider.received.length).toBe(1);
    controller.abort();
    await outcome;
    expect(provider.received).toHaveLength(1);
  });
});

describe('options', () => {
  it.each<[object, string]>([
    [{ routes: { a: {} } }, 'observe: routes has no effect on Bedrock'],
    [{ timeout: {} }, 'TimeoutPrimitive: timeoutMs must be'],
  ])('%j are refused: %s', (options, sentence) => {
    expect(() => observe(plain(), options)).toThrow(sentence);
  });

  it('need a client of AWS', () => {
    for (const client of [{ send: () => {} }, null as never]) {
      expect(() => observe(client)).toThrow('observe: client must be a BedrockRuntimeClient');
    }
  });

  it('of the newest time count', async () => {
    const bedrock = observe(observe(plain(), { limit: { key: () => 'all', requestsPerMinute: 1 } }));
    for (const _time of [1, 2]) expect(await textOf(bedrock)).toBe(TEXT);
  });
});
