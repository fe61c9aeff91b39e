// A Fastify server: a context for each request, and errors as problem+json.
// Run it with: OPENAI_API_KEY=sk-... node --conditions=tta-source examples/fastify.ts
import fastify, { type FastifyRequest } from 'fastify';
import OpenAI from 'openai';
import { runInContext } from 'tta-dev-primitives';
import { contextFromRequest, streamResponse, toResponse } from 'tta-observability-integration/http';
import { observe } from 'tta-observability-integration/openai';

const openai = observe(new OpenAI(), { timeout: { timeoutMs: 30_000 }, cache: {} });

const app = fastify();
app.setErrorHandler((error, _request, reply) => reply.send(toResponse(error)));
app.post('/answer', async (request: FastifyRequest<{ Body: { question: string } }>) => {
  const context = contextFromRequest(request.raw, { tenant: 'acme' });
  const messages = [{ role: 'user' as const, content: request.body.question }];
  const asked = { model: 'gpt-4o-mini', messages, stream: true } as const;
  return streamResponse(runInContext(context, async () => openai.chat.completions.create(asked)));
});
app.post('/fails', async () => {
  throw Object.assign(new Error('our key was refused'), { status: 401 });
});

const origin = await app.listen({ port: 0, host: '127.0.0.1' });
const body = JSON.stringify({ question: 'What is a span?' });
const post = { method: 'POST', body, headers: { 'content-type': 'application/json' } };

const answer = await fetch(`${origin}/answer`, post);
console.log(answer.status, answer.headers.get('content-type'));
console.log((await answer.text()).match(/"content":"[^"]+"/g));

const failed = await fetch(`${origin}/fails`, post);
console.log(failed.status, await failed.json());

await app.close();
