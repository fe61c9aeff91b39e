import { expect, test } from 'vitest';
import { lastMessageOf } from './last-message.ts';

const SYSTEM = { role: 'system', content: 'Be brief.' };

test.each<[string, object, Parameters<typeof lastMessageOf>[1], object]>([
  [
    'a message that is a text',
    { messages: [SYSTEM, { role: 'user', content: 'Hi' }] },
    {},
    { messages: [SYSTEM, { role: 'user', content: 'Bye' }] },
  ],
  ['a conversation that is a text', { input: 'Hi', n: 1 }, { messages: 'input' }, { input: 'Bye', n: 1 }],
  [
    'a message with one part',
    { prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache: true }] }] },
    { messages: 'prompt', parts: 'content' },
    { prompt: [{ role: 'user', content: [{ type: 'text', text: 'Bye', cache: true }] }] },
  ],
  [
    'a message without a role where none is required',
    { contents: [{ parts: [{ text: 'Hi' }] }] },
    { messages: 'contents', parts: 'parts' },
    { contents: [{ parts: [{ text: 'Bye' }] }] },
  ],
])('the last question is split off %s', (_, request, place, rest) => {
  const question = lastMessageOf(request, place);
  expect(question?.text).toBe('Hi');
  expect(question?.rest('Bye')).toEqual(rest);
});

test.each<[string, object, Parameters<typeof lastMessageOf>[1]]>([
  ['ends with an answer', { messages: [{ role: 'assistant', content: 'Hi' }] }, {}],
  ['has no role at its end', { messages: [{ content: 'Hi' }] }, {}],
  [
    'ends with two parts',
    { messages: [{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }] },
    { parts: 'content' },
  ],
  [
    'ends with an image',
    { messages: [{ role: 'user', content: [{ type: 'image', text: 'a' }] }] },
    { parts: 'content' },
  ],
  ['has its text in parts where texts are expected', { messages: [{ role: 'user', content: [{ text: 'a' }] }] }, {}],
])('no question is split off a request that %s', (_, request, place) => {
  expect(lastMessageOf(request, place)).toBeUndefined();
});
