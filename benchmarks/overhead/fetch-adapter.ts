import { fork } from 'node:child_process';
import { once } from 'node:events';
import OpenAI from 'openai';
import { initializeObservability } from 'tta-observability-integration';
import { type TtaFetch, ttaFetch } from 'tta-observability-integration/fetch';
import { type Comparison, type Measurement, measure } from './harness.ts';

/** Calls take hundreds of microseconds, so batches are longer. */
const BATCHES = { batches: 15, batchMs: 150 } as const;

/** All that a program would put around its calls. */
function observed(): TtaFetch {
  return ttaFetch({
    cache: {},
    timeout: { timeoutMs: 30_000, stream: { idleMs: 10_000 } },
    routes: { asked: {}, small: { model: 'gpt-4.1-nano' } },
    strategy: () => 'asked',
    baseline: 'asked',
  });
}

/** What `/fetch` costs beside the bare SDK, against a provider on the loopback. */
export async function measureFetch(): Promise<readonly Measurement[]> {
  const server = fork(new URL('model-server.ts', import.meta.url));
  try {
    const [port] = (await once(server, 'message')) as [number];
    const measurements: Measurement[] = [];
    for (const comparison of comparisons(`http://127.0.0.1:${port}/v1`)) {
      measurements.push(await measure(comparison, BATCHES));
    }
    return measurements;
  } finally {
    server.disconnect();
  }
}

function comparisons(baseURL: string): readonly Comparison[] {
  const options = { apiKey: 'none', baseURL, maxRetries: 0 };
  const bare = new OpenAI(options);
  const ours = new OpenAI({ ...options, fetch: observed() });
  let count = 0;
  const question = (content: string): OpenAI.ChatCompletionCreateParamsNonStreaming => ({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content }],
  });
  const fresh = (): OpenAI.ChatCompletionCreateParamsNonStreaming => question(`What is ${(count += 1)} squared?`);
  const ask = async (client: OpenAI, asked = fresh()): Promise<unknown> => client.chat.completions.create(asked);
  const read = async (client: OpenAI): Promise<void> => {
    const stream_options = { include_usage: true };
    const stream = await client.chat.completions.create({ ...fresh(), stream: true, stream_options });
    for await (const _chunk of stream);
  };
  const known = question('What is a span?');
  return [
    {
      name: 'a JSON call over /fetch',
      work: () => ask(ours),
      other: () => ask(bare),
      around: withMetrics,
      allowedRatio: 4,
      targetRatio: 1.35,
    },
    {
      name: 'a stream of 100 chunks',
      work: () => read(ours),
      other: () => read(bare),
      around: withMetrics,
      allowedRatio: 3,
      targetRatio: 1.25,
    },
    {
      name: 'a hit over /fetch',
      work: () => ask(ours, known),
      other: () => ask(bare, known),
      around: withMetrics,
      allowedRatio: 0.9,
      targetRatio: 0.6,
    },
  ];
}

async function withMetrics(): Promise<() => Promise<unknown>> {
  const telemetry = await initializeObservability({ environment: 'test', level: 'off' });
  return () => telemetry.shutdown();
}
