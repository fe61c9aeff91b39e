import { describe, expect, it } from 'vitest';
import { answerText } from './answer-text.ts';

const chunk = (delta: object, index = 0): object => ({ object: 'chat.completion.chunk', choices: [{ index, delta }] });

describe('the text of an answer', () => {
  it.each<[string, unknown]>([
    ['a text', 'Paris.'],
    [
      'a chat completion',
      { choices: [{ message: { role: 'assistant', content: 'Paris.' } }, { message: { content: 'Rome.' } }] },
    ],
    [
      'content in parts',
      { choices: [{ message: { content: [{ type: 'text', text: 'Par' }, { type: 'image' }, { text: 'is.' }] } }] },
    ],
    ['a text completion', { object: 'text_completion', choices: [{ text: 'Paris.' }] }],
    [
      'a response',
      {
        object: 'response',
        output: [{ type: 'reasoning' }, { type: 'message', content: [{ type: 'output_text', text: 'Paris.' }] }],
      },
    ],
    [
      'an Anthropic message',
      {
        type: 'message',
        stop_reason: 'end_turn',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'text', text: 'Paris.' },
        ],
      },
    ],
    [
      'a Gemini response',
      { candidates: [{ content: { parts: [{ text: 'hm', thought: true }, { text: 'Paris.' }] } }] },
    ],
    [
      'the chunks of a chat completion',
      [
        chunk({ role: 'assistant', content: '' }),
        chunk({ content: 'Par' }),
        chunk({ content: 'no' }, 1),
        chunk({ content: 'is.' }),
        { choices: [], usage: {} },
      ],
    ],
    [
      'the chunks of a response',
      [
        { type: 'response.output_text.delta', delta: 'Par' },
        {
          type: 'response.completed',
          response: { object: 'response', output: [{ type: 'message', content: [{ text: 'Paris.' }] }] },
        },
      ],
    ],
    [
      'the events of an Anthropic message',
      [
        { type: 'message_start', message: {} },
        { type: 'content_block_start', content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', delta: { type: 'text_delta', text: 'Paris' } },
        { type: 'content_block_delta', delta: { type: 'text_delta', text: '.' } },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      ],
    ],
    [
      'the chunks of a Gemini response',
      [
        { candidates: [{ content: { parts: [{ text: 'Pa' }] } }] },
        { candidates: [{ content: { parts: [{ text: 'ris.' }] } }] },
      ],
    ],
  ])('is read from %s', (_what, output) => {
    expect(answerText(output)).toBe('Paris.');
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 7],
    ['a record', { answer: 'Paris.' }],
    ['an embedding', { object: 'list', data: [{ embedding: [1] }] }],
    ['no chunks', []],
    [
      'a value that cannot be read',
      new Proxy(
        {},
        {
          getOwnPropertyDescriptor: () => {
            throw new Error('no');
          },
        },
      ),
    ],
  ])('is undefined of %s', (_what, output) => {
    expect(answerText(output)).toBeUndefined();
  });

  it('is empty where a model says nothing, or only calls tools', () => {
    expect(answerText({ choices: [{ message: { content: '' } }] })).toBe('');
    expect(answerText({ choices: [{ message: { content: null, tool_calls: [{}] } }] })).toBe('');
  });
});
