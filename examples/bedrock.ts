// The quick start of Amazon Bedrock's SDK, with a limit in time, a cache and costs: five lines more.
// Run it with credentials of AWS: AWS_REGION=us-east-1 node --conditions=tta-source examples/bedrock.ts
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { runInContext, withReport } from 'tta-dev-primitives'; // 1
import { observe } from 'tta-observability-integration/bedrock'; // 2

const client = new BedrockRuntimeClient();
observe(client, { timeout: { timeoutMs: 30_000 }, cache: {} }); // 3

async function ask(): Promise<string | undefined> {
  const { output } = await client.send(
    new ConverseCommand({
      modelId: 'amazon.nova-lite-v1:0',
      messages: [{ role: 'user', content: [{ text: 'Say hello in two words.' }] }],
    }),
  );
  return output?.message?.content?.[0]?.text;
}

for (const time of ['first', 'second']) {
  const { context, report } = withReport(); // 4
  const text = await runInContext(context, ask);
  const { cacheOutcome, costUsd } = await report; // 5
  console.log(`${text} (the ${time} time: ${cacheOutcome}, cost $${costUsd})`);
}
