// The quick start of Anthropic's SDK, with limits in time, retries and costs: five lines more.
// Run it with: ANTHROPIC_API_KEY=sk-… node --conditions=tta-source examples/anthropic.ts
import Anthropic from '@anthropic-ai/sdk';
import { runInContext, withReport } from 'tta-dev-primitives'; // 1
import { observe } from 'tta-observability-integration/anthropic'; // 2

// 3, instead of new Anthropic(): a stream that is silent for ten seconds fails, and a busy server is asked again.
const client = observe(new Anthropic(), { timeout: { timeoutMs: 60_000, stream: { idleMs: 10_000 } }, retry: {} });

async function ask(): Promise<void> {
  const stream = client.messages.stream({
    model: 'claude-opus-5-5',
    max_tokens: 1_024,
    messages: [{ role: 'user', content: 'Say hello in two words.' }],
  });
  console.log(await stream.finalText());
}

const { context, report } = withReport(); // 4
await runInContext(context, ask);
console.log((await report).attempts?.map(({ model, usage, costUsd }) => ({ model, usage, costUsd }))); // 5
