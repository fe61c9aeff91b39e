import { field, listOf } from '../fields.ts';

/** Where the messages of a request are, and where a message has its text: as it is, or as the only part of a list. */
interface Place {
  readonly messages?: 'messages' | 'input' | 'inputs' | 'inputText' | 'prompt' | 'contents' | undefined;
  readonly parts?: 'content' | 'parts' | undefined;
}

/** Splits off the last message of a request, if it is a text of the user, or the text that is all of the conversation. */
export function lastMessageOf(
  request: object,
  { messages: name = 'messages', parts }: Place = {},
): { readonly text: string; readonly rest: (text: unknown) => unknown } | undefined {
  const messages = field(request, name);
  if (typeof messages === 'string') return { text: messages, rest: (other) => ({ ...request, [name]: other }) };
  const last = listOf(messages).at(-1);
  const content = field(last, parts ?? 'content');
  const [part, ...others] = parts === undefined ? [] : listOf(content);
  const isPart = others.length === 0 && (field(part, 'type') ?? 'text') === 'text';
  const text = isPart ? (field(part, 'text') ?? content) : content;
  const role = field(last, 'role') ?? (parts === 'parts' ? 'user' : undefined); // which Gemini does not require
  if (role !== 'user' || typeof text !== 'string') return undefined;
  const said = (other: unknown): unknown => (content === text ? other : [{ ...(part as object), text: other }]);
  return {
    text,
    rest: (other) => ({
      ...request,
      [name]: [...listOf(messages).slice(0, -1), { ...(last as object), [parts ?? 'content']: said(other) }],
    }),
  };
}
