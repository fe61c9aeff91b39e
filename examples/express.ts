// An Express server in front of a model: a context for each request, errors in the shape of OpenAI, streams as server-sent events.
// Run it with: OPENAI_API_KEY=sk-... node --conditions=tta-source examples/express.ts
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import OpenAI from 'openai';
import { runInContext } from 'tta-dev-primitives';
import { contextFromRequest, sendResponse, streamResponse, toResponse } from 'tta-observability-integration/http';
import { observe } from 'tta-observability-integration/openai';

const limit = { key: 'tenant', requestsPerMinute: 2 } as const;
const openai = observe(new OpenAI(), { timeout: { timeoutMs: 30_000 }, limit });

const app = express();
app.use(express.json());
app.post('/v1/chat/completions', async (request, response) => {
  // In your code the tenant comes from the session or the token that you have checked.
  const context = contextFromRequest(request, { tenant: ({ headers }) => headers['x-tenant']?.toString() });
  try {
    const asked = request.body as OpenAI.ChatCompletionCreateParams;
    if (asked.stream === true) {
      const chunks = runInContext(context, async () => openai.chat.completions.create({ ...asked, stream: true }));
      return await sendResponse(await streamResponse(chunks, { protocol: 'openai' }), response);
    }
    response.json(await runInContext(context, async () => openai.chat.completions.create(asked)));
  } catch (error) {
    await sendResponse(toResponse(error, { protocol: 'openai' }), response);
  }
});

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');

// Any client of OpenAI can use it.
const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
const client = new OpenAI({ baseURL, apiKey: 'none', maxRetries: 0, defaultHeaders: { 'x-tenant': 'acme' } });
const question = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'What is a span?' }] };
console.log((await client.chat.completions.create(question)).choices[0]?.message.content);
for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '\n');
}
await client.chat.completions
  .create(question)
  .catch((error: InstanceType<typeof OpenAI.APIError>) => console.log(error.constructor.name, error.message));

server.close();
server.closeAllConnections();
