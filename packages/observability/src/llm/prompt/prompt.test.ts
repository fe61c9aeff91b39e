import { describe, expect, it } from 'vitest';
import { promptOf } from './prompt.ts';

const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };

describe('promptOf', () => {
  it.each<[string, unknown, string, number]>([
    ['a string', 'hello', 'hello', 5],
    [
      'an OpenAI chat',
      {
        messages: [
          { role: 'system', content: 'be brief' },
          { role: 'user', content: 'hello' },
        ],
      },
      'hello',
      13,
    ],
    [
      'parts of a message',
      {
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'what is' }, image, { type: 'text', text: 'this' }] },
        ],
      },
      'what is\nthis',
      11,
    ],
    ['an OpenAI response', { instructions: 'be brief', input: 'hello' }, 'hello', 13],
    [
      'items of a response',
      { input: [{ role: 'user', content: [{ type: 'input_text', text: 'hello' }] }] },
      'hello',
      5,
    ],
    [
      'an Anthropic message',
      { system: [{ type: 'text', text: 'be brief' }], messages: [{ role: 'user', content: 'hello' }] },
      'hello',
      13,
    ],
    ['a Gemini text', { contents: 'hello', config: { systemInstruction: 'be brief' } }, 'hello', 13],
    [
      'Gemini contents',
      {
        contents: [{ role: 'user', parts: [{ text: 'hello' }] }],
        systemInstruction: { parts: [{ text: 'be brief' }] },
      },
      'hello',
      13,
    ],
    ['Gemini parts', { contents: ['hello', { text: 'world' }] }, 'hello\nworld', 10],
    [
      'a list of messages',
      [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'hello' },
      ],
      'hello',
      13,
    ],
    ['a plain prompt', { prompt: 'hello', system: 'be brief' }, 'hello', 13],
    ['any other object', { question: 'why', about: { topic: 'sky' } }, 'why\nsky', 7],
    ['nothing', undefined, '', 0],
    ['a number', 5, '', 0],
  ])('reads %s', (_, input, text, characters) => {
    expect(promptOf(input)).toMatchObject({ text, characters });
  });

  it('takes the newest message of the user for what is asked, and counts the whole conversation', () => {
    const messages = [
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'answer' },
      { role: 'user', content: 'second' },
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'tool', content: 'result' },
    ];
    expect(promptOf({ messages })).toMatchObject({ text: 'second', characters: 23 });
  });

  it('does not take what a tool gave back for what is asked', () => {
    const result = { type: 'tool_result', tool_use_id: '1', content: [{ type: 'text', text: '42 degrees' }] };
    const messages = [
      { role: 'user', content: 'how warm is it?' },
      { role: 'user', content: [result] },
    ];
    expect(promptOf({ messages })).toMatchObject({ text: 'how warm is it?', characters: 25 });
    const input = [
      { role: 'user', content: 'how warm?' },
      { type: 'function_call_output', output: '42 degrees' },
    ];
    expect(promptOf({ input }).text).toBe('how warm?');
  });

  it.each<[string, unknown, string[]]>([
    ['an image of OpenAI', { messages: [{ role: 'user', content: [image] }] }, ['text', 'image']],
    [
      'an image of the Responses API',
      { input: [{ role: 'user', content: [{ type: 'input_image' }] }] },
      ['text', 'image'],
    ],
    ['a document of Anthropic', { messages: [{ role: 'user', content: [{ type: 'document' }] }] }, ['text', 'file']],
    ['audio of OpenAI', { messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, ['text', 'audio']],
    ['video of Gemini', { contents: [{ parts: [{ inlineData: { mimeType: 'video/mp4' } }] }] }, ['text', 'video']],
    ['a file of Gemini', { contents: [{ parts: [{ fileData: { mimeType: 'application/pdf' } }] }] }, ['text', 'file']],
  ])('sees %s', (_, input, modalities) => {
    expect([...promptOf(input).modalities]).toEqual(modalities);
  });

  it.each<[string, object]>([
    ['max_tokens', { max_tokens: 7 }],
    ['max_completion_tokens', { max_completion_tokens: 7 }],
    ['max_output_tokens', { max_output_tokens: 7 }],
    ['maxOutputTokens', { maxOutputTokens: 7 }],
    ['config.maxOutputTokens', { config: { maxOutputTokens: 7 } }],
    ['generationConfig.maxOutputTokens', { generationConfig: { maxOutputTokens: 7 } }],
  ])('finds the longest answer in %s', (_, limit) => {
    expect(promptOf({ prompt: 'hello', ...limit }).maxOutputTokens).toBe(7);
  });

  it('counts tools as JSON, and tells whether there are any', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    expect(promptOf({ prompt: 'hello', tools })).toMatchObject({
      hasTools: true,
      characters: 5 + JSON.stringify(tools).length,
    });
    expect(promptOf({ prompt: 'hello', tools: [] }).hasTools).toBe(false);
    expect(promptOf({ prompt: 'hello', tools: { weather: {} } }).hasTools).toBe(true);
  });

  it('runs no getter, and makes nothing of what it cannot read', () => {
    const trapped = {
      get messages(): never {
        throw new Error('read');
      },
    };
    expect(promptOf(trapped).text).toBe('');
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(promptOf(proxy).characters).toBe(0);
    const circular: Record<string, unknown> = { text: 'once' };
    circular['self'] = circular;
    expect(promptOf({ odd: circular }).text).toContain('once');
  });
});
