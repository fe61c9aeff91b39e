// A Hono app: a context for each request, errors of a model as problem+json, and work that stops when the client leaves.
// Run it with: OPENAI_API_KEY=sk-... node --conditions=tta-source examples/hono.ts
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import OpenAI from 'openai';
import { runInContext, type WorkflowContext } from 'tta-dev-primitives';
import { contextFromRequest, streamResponse, toResponse } from 'tta-observability-integration/http';
import { observe } from 'tta-observability-integration/openai';
import { TimeoutPrimitive } from 'tta-observability-integration/primitives';

const openai = observe(new OpenAI(), { cache: {} });
const slow = (ms: number, { signal }: WorkflowContext): Promise<string> => sleep(ms, 'at last', { signal });
const bounded = new TimeoutPrimitive(slow, { timeoutMs: 50, operation: 'slow' });
const unbounded = new TimeoutPrimitive(slow, { timeoutMs: 60_000, operation: 'unbounded' });

const app = new Hono();
app.onError((error) => toResponse(error));
app.post('/answer', async ({ req }) => {
  const messages = [{ role: 'user' as const, content: await req.text() }];
  const asked = { model: 'gpt-4o-mini', messages, stream: true } as const;
  const context = contextFromRequest(req.raw, { tenant: 'acme' });
  return streamResponse(runInContext(context, async () => openai.chat.completions.create(asked)));
});
app.get('/slow', async ({ req, text }) => text(await bounded.execute(10_000, contextFromRequest(req.raw))));
app.get('/left', async ({ req, text }) => text(await unbounded.execute(60_000, contextFromRequest(req.raw))));

const { promise: listening, resolve } = Promise.withResolvers<number>();
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port));
const origin = `http://127.0.0.1:${await listening}`;

const answer = await fetch(`${origin}/answer`, { method: 'POST', body: 'What is a span?' });
console.log(answer.status, (await answer.text()).match(/"content":"[^"]+"/g));

const late = await fetch(`${origin}/slow`);
console.log(late.status, await late.json());

await fetch(`${origin}/left`, { signal: AbortSignal.timeout(200) }).catch(({ name }: Error) => console.log(name));
while (unbounded.getStats().cancelled === 0) await sleep(10);
console.log('cancelled because the client has left:', unbounded.getStats().cancelled);

server.close();
