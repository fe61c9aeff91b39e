import { expect, test } from 'vitest';
import { readAnswer } from '../dialects/registry.ts';
import { readContent } from './read-content.ts';

const text = (content: string) => ({ type: 'text', content });
const user = (content: string) => ({ role: 'user', parts: [text(content)] });

const requests: readonly [string, unknown, object][] = [
  ['a plain prompt', 'hello', { inputMessages: [user('hello')] }],
  [
    'a chat with a tool',
    {
      model: 'gpt-4o',
      messages: [
        { role: 'system', content: 'be brief' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'look' },
            { type: 'image_url', image_url: { url: 'data:...' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: '42' },
      ],
      tools: [{ type: 'function', function: { name: 'f' } }],
    },
    {
      systemInstructions: [text('be brief')],
      inputMessages: [
        { role: 'user', parts: [text('look'), { type: 'blob', modality: 'image' }] },
        { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'f', arguments: '{}' }] },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: '42' }] },
      ],
      toolDefinitions: [{ type: 'function', function: { name: 'f' } }],
    },
  ],
  [
    'a message to Claude',
    {
      model: 'claude-sonnet-4-5',
      max_tokens: 1,
      system: [{ type: 'text', text: 'be kind' }],
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm' },
            { type: 'tool_use', id: 't1', name: 'g', input: { a: 1 } },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'ok' }] },
      ],
    },
    {
      systemInstructions: [text('be kind')],
      inputMessages: [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', content: 'hm' },
            { type: 'tool_call', id: 't1', name: 'g', arguments: { a: 1 } },
          ],
        },
        { role: 'user', parts: [{ type: 'tool_call_response', id: 't1', response: 'ok' }] },
      ],
    },
  ],
  [
    'contents for Gemini',
    {
      model: 'gemini-2.5-flash',
      contents: [
        { role: 'user', parts: [{ text: 'hi' }] },
        { role: 'model', parts: [{ functionCall: { name: 'h', args: { b: 2 } } }] },
      ],
      config: { systemInstruction: 'be quick' },
    },
    {
      systemInstructions: [text('be quick')],
      inputMessages: [
        user('hi'),
        { role: 'assistant', parts: [{ type: 'tool_call', name: 'h', arguments: { b: 2 } }] },
      ],
    },
  ],
  [
    'an input for a response',
    {
      model: 'gpt-5',
      instructions: 'be calm',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'yes' }] }],
    },
    { systemInstructions: [text('be calm')], inputMessages: [user('yes')] },
  ],
];

test.each(requests)('the messages of %s', (_, request, expected) => {
  expect(readContent(request, undefined, undefined)).toMatchObject(expected);
});

const answers: readonly [string, object, object][] = [
  [
    'a completion',
    {
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
    },
    text('hi'),
  ],
  [
    'a message of Claude',
    { type: 'message', content: [{ type: 'text', text: 'hi' }], stop_reason: 'end_turn' },
    text('hi'),
  ],
  [
    'an answer of Gemini',
    { candidates: [{ content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP' }] },
    text('hi'),
  ],
  [
    'a response that calls a tool',
    { object: 'response', output: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }] },
    { type: 'tool_call', id: 'c', name: 'f', arguments: '{}' },
  ],
];

test.each(answers)('the answer of %s', (_, answer, part) => {
  expect(readContent('', answer, readAnswer(answer)).outputMessages).toEqual([{ role: 'assistant', parts: [part] }]);
});

test('the texts of a stream stand for its answer', () => {
  const chunk = {
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: 'stop' }],
  };
  const reading = readAnswer([chunk]);
  expect(readContent('', undefined, reading).outputMessages).toEqual([{ role: 'assistant', parts: [text('hi')] }]);
});
