// The quick start of the AI SDK, with two models, a cache and costs: five lines more.
// Run it with: OPENAI_API_KEY=sk-… node --conditions=tta-source examples/ai-sdk.ts
import { openai } from '@ai-sdk/openai';
import { generateText } from 'ai';
import { routedModel, type TtaMetadata } from 'tta-observability-integration/ai-sdk'; // 1

const models = { small: openai('gpt-4o-mini'), large: openai('gpt-4o') }; // 2
const model = routedModel(models, { strategy: () => 'small', baseline: 'large', cache: {} }); // 3, instead of openai('gpt-4o')

for (const _time of ['first', 'second']) {
  const { text, providerMetadata } = await generateText({ model, prompt: 'Say hello in two words.' });
  const tta = providerMetadata?.['tta'] as TtaMetadata | undefined; // 4
  console.log(
    `${text} (${tta?.route ?? 'stored'}, ${tta?.cacheOutcome}, cost $${tta?.costUsd}, saved $${tta?.savedUsd})`,
  ); // 5
}
