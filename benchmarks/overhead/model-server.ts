// A provider on the loopback, in a process of its own, whose CPU time is not counted: JSON, or a stream of 100 chunks.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const CHUNKS = 100;
const BASE = { id: 'chatcmpl-1', created: 1, model: 'gpt-4o-mini' };
const USAGE = { prompt_tokens: 10, completion_tokens: CHUNKS, total_tokens: CHUNKS + 10 };

const message = { role: 'assistant', content: 'word '.repeat(CHUNKS), refusal: null };
const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
const whole = JSON.stringify({ ...BASE, object: 'chat.completion', choices, usage: USAGE });

const event = (choice: object | undefined, rest: object = {}): string =>
  `data: ${JSON.stringify({ ...BASE, object: 'chat.completion.chunk', choices: choice ? [choice] : [], ...rest })}\n\n`;

const words = Array.from({ length: CHUNKS }, () =>
  event({ index: 0, delta: { content: 'word ' }, finish_reason: null }),
);
const finish = event({ index: 0, delta: {}, finish_reason: 'stop' });
const usage = event(undefined, { usage: USAGE });
const DONE = 'data: [DONE]\n\n';

const server = createServer(async (request, response) => {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += piece;
  if (!body.includes('"stream":true')) {
    response.setHeader('content-type', 'application/json').end(whole);
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  for (const word of words) response.write(word);
  response.write(finish);
  if (body.includes('"include_usage":true')) response.write(usage);
  response.end(DONE);
});

await once(server.listen(0, '127.0.0.1'), 'listening');
process.send?.((server.address() as AddressInfo).port);
process.once('disconnect', () => process.exit()); // never outlives the benchmark
