/** As models write: lines, quotes, a little code, and characters beyond ASCII. */
const PARAGRAPH = [
  '## What a monad is',
  '',
  '- A *monad* is a “monoid in the category of endofunctors” — and what that means takes longer to say.',
  '- In code: `const twice = (x) => [x, x];` and then `["a", "b"].flatMap(twice)`',
  '',
  '> "It is a burrito", said nobody who had to explain it to a café full of engineers…',
  '',
].join('\n');

const PARAGRAPH_BYTES = Buffer.byteLength(JSON.stringify(PARAGRAPH));

/** A chat completion whose JSON takes about so many bytes. */
export function answerOf(bytes: number): object {
  const content = PARAGRAPH.repeat(Math.ceil(bytes / PARAGRAPH_BYTES)).slice(0, Math.max(0, bytes - 400));
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_760_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [
      { index: 0, finish_reason: 'stop', logprobs: null, message: { role: 'assistant', content, refusal: null } },
    ],
    usage: { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 },
  };
}

/** The same without any character beyond ASCII, of which no side can make another text. */
export function asciiAnswerOf(bytes: number): object {
  return JSON.parse(JSON.stringify(answerOf(bytes)).replace(/[^\0-\x7f]/g, '-')) as object;
}

/** How many keys are asked for in turn: with a single key, one side could profit from it. */
export const KEYS: readonly string[] = Array.from({ length: 64 }, (_, index) => `question-${index}`);

/** The same as requests to a model, of about 1 KB each. */
export const REQUESTS: readonly object[] = KEYS.map((question) => ({
  model: 'gpt-4o-mini',
  temperature: 0,
  messages: [
    { role: 'system', content: 'You answer briefly. '.repeat(45) },
    { role: 'user', content: question },
  ],
}));

/** The members of a list in turn, for ever. */
export function inTurn<T>(members: readonly T[]): () => T {
  let next = 0;
  return () => members[next++ % members.length] as T;
}
