// A route handler of Next.js (app/api/answer/route.ts): a function from a Request to a Response, so nothing of Next.js is needed here.
// Run it with: OPENAI_API_KEY=sk-... node --conditions=tta-source examples/nextjs.ts
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import OpenAI from 'openai';
import { runInContext } from 'tta-dev-primitives';
import { contextFromRequest, sendResponse, streamResponse } from 'tta-observability-integration/http';
import { observe } from 'tta-observability-integration/openai';

const limit = { key: 'tenant', requestsPerMinute: 1 } as const;
const openai = observe(new OpenAI(), { timeout: { timeoutMs: 30_000 }, limit });

export async function POST(request: Request): Promise<Response> {
  const messages = [{ role: 'user' as const, content: await request.text() }];
  const asked = { model: 'gpt-4o-mini', messages, stream: true } as const;
  const context = contextFromRequest(request, { tenant: 'acme' });
  return streamResponse(runInContext(context, async () => openai.chat.completions.create(asked)));
}

// Next.js serves the handler. Here a server of Node.js does, to show it.
const server = createServer(async (request, response) => {
  const init = { method: 'POST', body: await text(request) };
  await sendResponse(await POST(new Request('http://localhost/api/answer', init)), response);
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/answer`;

const answer = await fetch(url, { method: 'POST', body: 'What is a span?' });
console.log(answer.status, (await answer.text()).match(/"content":"[^"]+"/g));

const refused = await fetch(url, { method: 'POST', body: 'And what is a trace?' });
console.log(refused.status, await refused.json());

server.close();
server.closeAllConnections();
