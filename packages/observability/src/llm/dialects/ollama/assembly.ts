import { field, listOf } from '../../fields.ts';
import { isChunk } from './answer.ts';

/** Parts of a message that come in pieces. */
const PIECES = ['content', 'thinking'] as const;

/** Lists of a message that chunks add to. */
const LISTS = ['tool_calls', 'images'] as const;

/** The answer that a request without `stream` gets: the last chunk, with everything that was said before it. */
export function assembleOllama(chunks: readonly unknown[]): object | undefined {
  const last = chunks.at(-1);
  const isWhole = chunks.every((chunk, position) => {
    return isChunk(chunk) && (field(chunk, 'done') === true) === (position === chunks.length - 1);
  });
  if (!isWhole || chunks.some((chunk) => field(chunk, 'logprobs') !== undefined)) return undefined;
  const hasMessage = typeof field(last, 'message') === 'object';
  const said = hasMessage ? { message: joinedMessage(chunks) } : joinedTexts(chunks, ['response', 'thinking']);
  return { ...(last as object), ...said };
}

function joinedMessage(chunks: readonly unknown[]): object {
  const messages = chunks.map((chunk) => field(chunk, 'message'));
  const lists = LISTS.map((name) => [name, messages.flatMap((message) => listOf(field(message, name)))] as const);
  return {
    ...(messages.at(-1) as object),
    ...joinedTexts(messages, PIECES),
    ...Object.fromEntries(lists.filter(([, items]) => items.length > 0)),
  };
}

function joinedTexts(parts: readonly unknown[], names: readonly string[]): object {
  const texts = names.map((name) => [name, parts.map((part) => textIn(part, name)).join('')] as const);
  const isGiven = (name: string): boolean => parts.some((part) => typeof field(part, name) === 'string');
  return Object.fromEntries(texts.filter(([name]) => isGiven(name)));
}

function textIn(part: unknown, name: string): string {
  const text = field(part, name);
  return typeof text === 'string' ? text : '';
}

/** One chunk that says everything, and one that ends. */
export function chunksOfOllama(value: unknown): readonly object[] | undefined {
  if (!isChunk(value) || field(value, 'logprobs') !== undefined) return undefined;
  const { model, created_at: createdAt, message, response, thinking, ...end } = value as Record<string, unknown>;
  const head = { model, ...(createdAt === undefined ? {} : { created_at: createdAt }) };
  if (message === undefined) {
    const first = thinking === undefined ? { response } : { response, thinking };
    return [
      { ...head, ...first, done: false },
      { ...head, response: '', ...end },
    ];
  }
  const role = field(message, 'role');
  return [
    { ...head, message, done: false },
    { ...head, message: { ...(role === undefined ? {} : { role }), content: '' }, ...end },
  ];
}
