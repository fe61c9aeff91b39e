import { CacheAdvisorPrimitive, SemanticShadowPrimitive } from 'tta-evaluation';

// Says what a cache would save before there is one, and what a semantic cache would get wrong; both let every request through.
// Run it with: node --conditions=tta-source examples/cache-advice.ts

interface Request {
  readonly model: string;
  readonly messages: readonly { readonly role: 'user'; readonly content: string }[];
}

const answers: Readonly<Record<string, string>> = { Lyon: 'At 9.', Nice: 'At 10.' };

/** Stands in for a model; in your code: (request, { signal }) => openai.chat.completions.create(request, { signal }). */
const ask = ({ model, messages }: Request) => ({
  object: 'chat.completion',
  model,
  choices: [
    { finish_reason: 'stop', message: { content: answers[messages[0]?.content.match(/lyon/i) ? 'Lyon' : 'Nice'] } },
  ],
  usage: { prompt_tokens: 900, completion_tokens: 100, total_tokens: 1_000 },
});

/** Stands in for a model of embeddings: how often each letter comes. */
const embed = async (text: string): Promise<readonly number[]> =>
  Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => text.toLowerCase().split(letter).length - 1 + 0.01);

const shadowed = new SemanticShadowPrimitive(ask, { operation: 'faq', embed, thresholds: [0.9] });
const advised = new CacheAdvisorPrimitive(shadowed, { operation: 'faq' });

const questions = [
  'when does the shop in lyon open?',
  'when does the shop in nice open?',
  'when does the lyon shop open?',
];
for (let turn = 0; turn < 30; turn += 1) {
  const content = questions[turn % questions.length] as string;
  await advised.execute({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
  await new Promise((resolve) => setImmediate(resolve)); // the shadow compares off the caller's path
}

const [minute] = advised.getStats().lives;
console.log(
  `An exact cache would have answered ${minute?.hits} of 30 requests and saved $${minute?.savedUsd.toFixed(4)}.`,
);
const [policy] = shadowed.getStats().policies;
console.log(
  `A semantic one ${policy?.hits} more, ${policy?.disagreed} of them wrongly; conclusive: ${policy?.isConclusive}.`,
);
