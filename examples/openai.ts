// The quick start of OpenAI's SDK, with limits in time, a cache and costs: five lines more.
// Run it with: OPENAI_API_KEY=sk-… node --conditions=tta-source examples/openai.ts
import OpenAI from 'openai';
import { runInContext, withReport } from 'tta-dev-primitives'; // 1
import { observe } from 'tta-observability-integration/openai'; // 2

const client = observe(new OpenAI(), { timeout: { timeoutMs: 30_000 }, cache: {} }); // 3, instead of new OpenAI()

async function ask(): Promise<void> {
  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Say hello in two words.' }],
    stream: true,
  });
  for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
}

for (const time of ['first', 'second']) {
  const { context, report } = withReport(); // 4
  await runInContext(context, ask);
  const { cacheOutcome, costUsd, savedUsd } = await report; // 5
  console.log(` (the ${time} time: ${cacheOutcome}, cost $${costUsd}, saved $${savedUsd})`);
}
