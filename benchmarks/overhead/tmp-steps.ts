import { fork } from 'node:child_process';
import { once } from 'node:events';
import OpenAI from 'openai';
import { ttaFetch } from 'tta-observability-integration/fetch';
const isStream = process.argv[2] === 'stream';
const server = fork(new URL('model-server.ts', import.meta.url));
const [port] = (await once(server, 'message')) as [number];
const options = { apiKey: 'none', baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 };
const timeout = { timeoutMs: 30_000, stream: { idleMs: 10_000 } };
const routes = { routes: { asked: {}, small: { model: 'gpt-4.1-nano' } }, strategy: () => 'asked' as const, baseline: 'asked' as const };
const passing = (await import('./tmp-pass.ts')).passing;
const clients: Record<string, OpenAI> = {
  bare: new OpenAI(options),
  passing: new OpenAI({ ...options, fetch: passing }),
  none: new OpenAI({ ...options, fetch: ttaFetch() }),
  timeout: new OpenAI({ ...options, fetch: ttaFetch({ timeout }) }),
  cache: new OpenAI({ ...options, fetch: ttaFetch({ cache: {} }) }),
  routes: new OpenAI({ ...options, fetch: ttaFetch(routes) }),
  all: new OpenAI({ ...options, fetch: ttaFetch({ timeout, cache: {}, ...routes }) }),
};
let n = 0;
const one = async (client: OpenAI) => {
  const q = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: `What is ${n++} squared?` }] };
  if (!isStream) return client.chat.completions.create(q);
  for await (const _ of await client.chat.completions.create({ ...q, stream: true, stream_options: { include_usage: true } }));
};
const results: Record<string, number[]> = {};
for (let round = 0; round < 12; round++) for (const [name, client] of Object.entries(clients)) {
  const calls = isStream ? 60 : 120;
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i++) await one(client);
  const { user, system } = process.cpuUsage(before);
  if (round >= 3) (results[name] ??= []).push((user + system) / calls);
}
const med = (v: number[]) => v.toSorted((a, b) => a - b)[v.length >> 1]!;
const min = (v: number[]) => Math.min(...v);
for (const [name, v] of Object.entries(results)) console.log(name.padEnd(9), med(v).toFixed(0).padStart(6), 'us', (med(v) / med(results['bare']!)).toFixed(2), ' min', min(v).toFixed(0), (min(v) / min(results['bare']!)).toFixed(2));
server.disconnect();
