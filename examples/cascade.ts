// Asks two cheap models first and the dear one only when they disagree; says what that saved.
// Run it with: node --conditions=tta-source examples/cascade.ts
import { agreement, CascadePrimitive, lastNumberIn } from 'tta-observability-integration/primitives';

/** Stands in for a model that calculates, up to a number of its own, rightly. */
const model = (name: string, knowsUpTo: number) => (question: string) => {
  const [one = 0, other = 0] = question.match(/\d+/g)?.map(Number) ?? [];
  const result = one * other <= knowsUpTo ? one * other : one * other + name.length;
  return {
    object: 'chat.completion',
    model: name,
    choices: [{ message: { role: 'assistant', content: `${one} * ${other} = ${result}` }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 200, completion_tokens: 400, total_tokens: 600 },
  };
};

const cascade = new CascadePrimitive(
  {
    cheap: agreement(
      {
        mini: { step: model('gpt-4o-mini', 1_000), model: 'gpt-4o-mini', provider: 'openai' },
        flash: { step: model('gemini-2.0-flash', 500), model: 'gemini-2.0-flash', provider: 'google' },
      },
      ({ text }) => lastNumberIn(text ?? ''),
    ),
    large: { step: model('gpt-4o', Infinity), model: 'gpt-4o', provider: 'openai' },
  },
  { operation: 'arithmetic' },
);

for (const question of ['What is 7 * 8?', 'What is 12 * 12?', 'What is 90 * 90?']) {
  const answer = await cascade.execute(question);
  console.log(`${answer.choices[0]?.message.content}, says ${answer.model}`);
}
const { stages, costUsd, costSavingsUsd } = cascade.getStats();
console.log(`${cascade}`);
console.log(
  `Disagreed ${stages.cheap.rejections.disagreement} time, spent $${costUsd.toFixed(4)}, saved $${costSavingsUsd.toFixed(4)}`,
);
