// Sends short questions to a small model and the rest to a large one, and tells what that saved.
// Run it with: node --conditions=tta-source examples/router.ts
import { RouterPrimitive } from 'tta-observability-integration/primitives';

/** Stands in for a model; in your code: (prompt, { signal }) => openai.chat.completions.create({ ... }, { signal }). */
const model = (name: string, completionTokens: number) => (prompt: string) => ({
  model: name,
  choices: [{ message: { role: 'assistant', content: `${name} answers "${prompt}"` }, finish_reason: 'stop' }],
  usage: { prompt_tokens: Math.ceil(prompt.length / 4), completion_tokens: completionTokens },
});

const router = new RouterPrimitive(
  {
    small: { step: model('gpt-4o-mini', 40), model: 'gpt-4o-mini', provider: 'openai' },
    large: { step: model('gpt-4o', 400), model: 'gpt-4o', provider: 'openai' },
  },
  {
    strategy: (prompt) => (prompt.length < 40 ? 'small' : 'large'),
    defaultRoute: 'large', // when the strategy fails, or names a route that there is not
    baseline: 'large', // what savings are measured against
  },
);

const prompts = [
  'What is the capital of France?',
  'How many legs has a spider?',
  'Compare the causes of the two world wars, and say where historians disagree.',
];
for (const prompt of prompts) {
  const answer = await router.execute(prompt);
  console.log(answer.choices[0]?.message.content);
}

console.log(String(router));
console.log(`Estimated saving against the large model alone: $${router.getStats().costSavingsUsd.toFixed(6)}`);
