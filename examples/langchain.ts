// The quick start of LangChain, with a cache, a limit in time and costs: four lines more.
// Run it with: OPENAI_API_KEY=sk-… node --conditions=tta-source examples/langchain.ts
import { ChatOpenAI } from '@langchain/openai';
import { observe, type TtaMetadata } from 'tta-observability-integration/langchain'; // 1

const model = observe(new ChatOpenAI({ model: 'gpt-4o-mini' }), { timeout: { timeoutMs: 30_000 }, cache: {} }); // 2

for (const time of ['first', 'second']) {
  const answer = await model.invoke('Say hello in two words.');
  const tta = answer.response_metadata['tta'] as TtaMetadata; // 3
  console.log(`${answer.text} (the ${time} time: ${tta.cacheOutcome}, cost $${tta.costUsd}, saved $${tta.savedUsd})`); // 4
}
