import { field } from '../fields.ts';

/** Splits off the last of a request's `messages`, if it is a text of the user. */
export function lastMessageOf(
  request: object,
): { readonly text: string; readonly rest: (text: unknown) => unknown } | undefined {
  const messages = field(request, 'messages');
  if (!Array.isArray(messages)) return undefined;
  const last: unknown = messages.at(-1);
  const text = field(last, 'content');
  if (field(last, 'role') !== 'user' || typeof text !== 'string') return undefined;
  return {
    text,
    rest: (other) => ({ ...request, messages: [...messages.slice(0, -1), { ...(last as object), content: other }] }),
  };
}
