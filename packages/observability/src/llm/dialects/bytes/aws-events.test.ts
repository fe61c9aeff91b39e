import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printAwsEvent } from './aws-events.ts';

const EVENTS = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Größe' } } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { messageStop: { stopReason: 'end_turn' } },
];

let server: Http2Server;
let client: BedrockRuntimeClient;
let sent: object[] = [];

beforeAll(async () => {
  server = createServer((_, response) => {
    response.setHeader('content-type', 'application/vnd.amazon.eventstream');
    for (const event of sent) response.write(printAwsEvent(event));
    response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server has a port
  client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
  });
});

afterAll(() => {
  client.destroy();
  server.close();
});

async function received(): Promise<unknown[]> {
  const { stream } = await client.send(new ConverseStreamCommand({ modelId: 'model', messages: [] }));
  const events: unknown[] = [];
  for await (const event of stream ?? []) events.push(event);
  return events;
}

it("prints events that the provider's own client reads", async () => {
  sent = EVENTS;
  expect(await received()).toEqual(EVENTS);
});

it("prints exceptions that the provider's own client throws", async () => {
  sent = [...EVENTS.slice(0, 2), { modelStreamErrorException: { message: 'gone', originalStatusCode: 500 } }];
  await expect(received()).rejects.toMatchObject({ name: 'ModelStreamErrorException', message: 'gone' });
});
