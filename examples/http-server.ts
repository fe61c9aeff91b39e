// A workflow behind an HTTP server: a context for each request, so that tenants stay apart and a client who leaves stops the work.
// Run it with: node --conditions=tta-source examples/http-server.ts
// With REDIS_URL its answers are kept in Redis as well, for every process that shares it.
//
// It is the same elsewhere. Express: this handler, with `app.get('/metrics', observability.handler)`. Next.js: initialise in
// `register()` of instrumentation.ts, and in a route handler give `signal: request.signal` to the context.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowContext } from 'tta-dev-primitives';
import { initializeObservability } from 'tta-observability-integration';
import {
  CachePrimitive,
  isTimeoutError,
  memoryStore,
  redisStore,
  TimeoutPrimitive,
  tieredStore,
} from 'tta-observability-integration/primitives';

// Spans go to the console in development. OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 sends them to Jaeger, Tempo or a collector.
const observability = await initializeObservability({ serviceName: 'support-bot', prometheusPort: 0 });

const url = process.env['REDIS_URL'];
const near = memoryStore({ maxBytes: 64_000_000 });
const store = url === undefined ? near : tieredStore(near, redisStore({ url, prefix: 'support-bot:' }));

/** Stands in for a model that takes its time. */
async function answer({ prompt }: { readonly prompt: string }, { signal }: WorkflowContext) {
  await sleep(prompt === 'slow' ? 10_000 : 50, undefined, { signal });
  return { text: `You asked: ${prompt}` };
}
const cached = new CachePrimitive(answer, { operation: 'answer', store, ttlMs: 60_000 });
const workflow = new TimeoutPrimitive(cached, { operation: 'answer', timeoutMs: 1_000, graceMs: 200 });

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const tenantId = request.headers['x-tenant']; // in your code: from the session that was authenticated
  if (typeof tenantId !== 'string' || tenantId === '') return void response.writeHead(401).end('who asks?');
  const client = new AbortController();
  response.once('close', () => client.abort(new Error('the client has left')));
  const prompt = new URL(request.url ?? '/', 'http://localhost').searchParams.get('prompt') ?? '';
  try {
    const { text } = await workflow.execute({ prompt }, new WorkflowContext({ tenantId, signal: client.signal }));
    response.end(text);
  } catch (error) {
    response.writeHead(isTimeoutError(error) ? 504 : 500).end(isTimeoutError(error) ? 'too slow' : 'failed');
  }
}

const server = createServer((request, response) =>
  request.url === '/metrics' ? observability.handler(request, response) : void serve(request, response),
);
await once(server.listen(0, '127.0.0.1'), 'listening');
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const asAcme = { headers: { 'x-tenant': 'acme' } };
const ask = (prompt: string, init: RequestInit = asAcme): Promise<Response> => fetch(`${base}/?prompt=${prompt}`, init);
for (const prompt of ['hello', 'hello', 'slow']) {
  const response = await ask(prompt);
  console.log(response.status, await response.text());
}
console.log((await ask('hello', {})).status, 'without a tenant');
await ask('slow', { ...asAcme, signal: AbortSignal.timeout(100) }).catch(({ name }: Error) => console.log(name));
await sleep(50); // for the server to notice

console.log(`${workflow}\n${cached}`);
console.log('cancelled by their clients:', workflow.getStats().cancelled);
console.log(
  (await (await fetch(`${base}/metrics`)).text()).split('\n').filter((line) => line.startsWith('timeout_outcomes')),
);

server.close();
server.closeAllConnections();
await store.close();
await observability.shutdown();
