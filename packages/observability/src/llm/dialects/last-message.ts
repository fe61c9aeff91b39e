import { field } from '../fields.ts';

/** Splits off the last message of a request, if it is a text of the user, or the text that is all of the conversation. */
export function lastMessageOf(
  request: object,
  name: 'messages' | 'input' | 'inputs' | 'inputText' | 'prompt' = 'messages',
): { readonly text: string; readonly rest: (text: unknown) => unknown } | undefined {
  const messages = field(request, name);
  if (typeof messages === 'string') return { text: messages, rest: (other) => ({ ...request, [name]: other }) };
  if (!Array.isArray(messages)) return undefined;
  const last: unknown = messages.at(-1);
  const text = field(last, 'content');
  if (field(last, 'role') !== 'user' || typeof text !== 'string') return undefined;
  return {
    text,
    rest: (other) => ({ ...request, [name]: [...messages.slice(0, -1), { ...(last as object), content: other }] }),
  };
}
