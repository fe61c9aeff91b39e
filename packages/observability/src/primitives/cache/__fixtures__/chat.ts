/** Answers in the shape of OpenAI's chat completions. */

export const REQUEST = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is a monad?' }] } as const;

const USAGE = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };

/** What an answer with that usage costs with gpt-4o-mini. */
export const ANSWER_USD = 0.00021;

export function chatAnswer(content: string | null, choice: object = {}, message: object = {}) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content, ...message }, ...choice }],
    usage: USAGE,
  };
}

export function chatChunk(delta: object, finishReason: string | null = null) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
}

const USAGE_CHUNK = { ...chatChunk({}), choices: [], usage: USAGE };

/** A complete stream. */
export const CHUNKS = [
  chatChunk({ role: 'assistant', content: '' }),
  chatChunk({ content: 'A monoid ' }),
  chatChunk({ content: 'of endofunctors.' }),
  chatChunk({}, 'stop'),
  USAGE_CHUNK,
];
