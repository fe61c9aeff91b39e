import { field } from '../../fields.ts';
import { Gathering, inexact, objectOf, type Rules } from '../gathering.ts';

const MESSAGE: Rules = { content: 'text', thinking: 'text', tool_calls: 'items', images: 'items' };

const CHUNK: Rules = {
  message: () => new Gathering(MESSAGE, { mayRepeat: true }),
  response: 'text',
  thinking: 'text',
  created_at: 'latest',
  done: 'latest',
};

/** The answer that a request without `stream` gets: the last chunk, with everything that was said before it. */
export function assembleOllama(chunks: readonly unknown[]): object {
  const answer = new Gathering(CHUNK, { mayRepeat: true });
  for (const [position, chunk] of chunks.entries()) {
    const isLast = position === chunks.length - 1;
    if (field(chunk, 'done') !== isLast || field(chunk, 'logprobs') !== undefined) inexact();
    answer.add(chunk);
  }
  return answer.whole();
}

/** One chunk that says everything, and one that ends. */
export function chunksOfOllama(whole: Record<string, unknown>): object[] {
  const { model, created_at, message, response, thinking, ...end } = whole;
  const head = { model, ...(created_at !== undefined && { created_at }) };
  if (message === undefined) {
    const first = { response, ...(thinking !== undefined && { thinking }) };
    return [
      { ...head, ...first, done: false },
      { ...head, response: '', ...end },
    ];
  }
  const { role } = objectOf(message);
  return [
    { ...head, message, done: false },
    { ...head, message: { ...(role !== undefined && { role }), content: '' }, ...end },
  ];
}
