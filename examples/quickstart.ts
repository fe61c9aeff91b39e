import { initializeObservability } from 'tta-observability-integration';
import { CachePrimitive, RouterPrimitive, TimeoutPrimitive } from 'tta-observability-integration/primitives';

// Stand-ins for two models. In your code: ({ prompt }, { signal }) => openai.chat.completions.create({ ... }, { signal }).
const model = (name: string) => (request: { prompt: string }) => ({
  model: name,
  choices: [{ message: { role: 'assistant', content: `${name} on "${request.prompt}"` }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1_200, completion_tokens: 300, total_tokens: 1_500 },
});

const router = new RouterPrimitive(
  {
    small: { step: model('gpt-4o-mini'), model: 'gpt-4o-mini', provider: 'openai' },
    large: { step: model('gpt-4o'), model: 'gpt-4o', provider: 'openai' },
  },
  { strategy: ({ prompt }) => (prompt.length < 80 ? 'small' : 'large'), defaultRoute: 'large', baseline: 'large' },
);
const cache = new CachePrimitive(router, { operation: 'answer', ttlMs: 60_000 });
const workflow = new TimeoutPrimitive(cache, { operation: 'answer', timeoutMs: 10_000, graceMs: 2_000 });

const observability = await initializeObservability({ serviceName: 'quickstart' });
for (const prompt of ['What is a span?', 'What is a span?', 'What is a metric?']) {
  const answer = await workflow.execute({ prompt });
  console.log(answer.choices[0]?.message.content);
}
console.log(`${workflow}\n${cache}\n${router}`);
console.log(observability.state, observability.metricsUrl ?? 'no metrics endpoint');
for (const { message } of observability.problems) console.log(message);
console.log(await observability.metricsText());
await observability.shutdown();
