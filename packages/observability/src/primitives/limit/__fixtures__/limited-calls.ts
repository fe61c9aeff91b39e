/** A request that states the most output tokens it wants. */
export const request = (maxTokens = 100, content = 'hi') => ({
  model: 'gpt-4o-mini',
  max_tokens: maxTokens,
  messages: [{ role: 'user' as const, content }],
});

const usage = (tokens: number) => ({ prompt_tokens: 1, completion_tokens: tokens - 1, total_tokens: tokens });

/** A whole answer that used so many tokens. */
export const answer = (tokens: number): object => ({
  object: 'chat.completion',
  model: 'gpt-4o-mini',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
  usage: usage(tokens),
});

/** The same as a stream of chunks; `pause` is awaited before each. */
export async function* stream(tokens: number, pause: () => Promise<void> = async () => {}): AsyncGenerator<object> {
  const chunk = { object: 'chat.completion.chunk', model: 'gpt-4o-mini' };
  await pause();
  yield { ...chunk, choices: [{ index: 0, delta: { role: 'assistant', content: 'hello' } }] };
  await pause();
  yield { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  await pause();
  yield { ...chunk, choices: [], usage: usage(tokens) };
}
