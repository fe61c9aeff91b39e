import { describe, expect, it } from 'vitest';
import { chatAnswer, chatChunk } from '../__fixtures__/chat.ts';
import { judge } from './cacheability.ts';

const response = (over: object): object => ({
  object: 'response',
  status: 'completed',
  output: [{ type: 'message', content: [{ type: 'output_text', text: 'yes' }] }],
  error: null,
  ...over,
});

const message = (stop_reason: string | null, content: object[] = [{ type: 'text', text: 'yes' }]): object => ({
  type: 'message',
  role: 'assistant',
  content,
  stop_reason,
});

const gemini = (finishReason: string | undefined, parts: object[] = [{ text: 'yes' }]): object => ({
  candidates: [{ content: { role: 'model', parts }, finishReason }],
});

describe('the rules for answers of Anthropic and Gemini', () => {
  it.each<[string, object, string | undefined]>([
    ['store a message that ended', message('end_turn'), undefined],
    ['refuse a truncated message', message('max_tokens'), 'length'],
    ['refuse a message without an end', message(null), 'no_finish_reason'],
    ['refuse a message that asks for a tool', message('tool_use', [{ type: 'tool_use', name: 't' }]), 'tool_calls'],
    ['refuse an empty message', message('end_turn', []), 'empty'],
    ['store a response that ended', gemini('STOP'), undefined],
    ['refuse a truncated response', gemini('MAX_TOKENS'), 'length'],
    ['refuse a blocked response', gemini('SAFETY', []), 'content_filter'],
    ['refuse a response without an end', gemini(undefined), 'no_finish_reason'],
    ['refuse a call of a function', gemini('STOP', [{ functionCall: { name: 'f' } }]), 'tool_calls'],
  ])('%s', (_, output, objection) => {
    expect(judge({}, output, false).objection).toBe(objection);
  });

  const events = (stopReason: string): object[] => [
    { type: 'message_start', message: { type: 'message', content: [] } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'yes' } },
    { type: 'message_delta', delta: { stop_reason: stopReason }, usage: { output_tokens: 3 } },
    { type: 'message_stop' },
  ];

  it.each<[string, object[], string | undefined]>([
    ['store a streamed message', events('end_turn'), undefined],
    ['refuse a truncated streamed message', events('max_tokens'), 'length'],
    ['refuse a streamed message without an end', events('end_turn').slice(0, 3), 'no_finish_reason'],
    ['store a streamed response', [gemini(undefined), gemini('STOP')], undefined],
    ['refuse a truncated streamed response', [gemini(undefined), gemini('MAX_TOKENS', [])], 'length'],
  ])('%s', (_, chunks, objection) => {
    expect(judge({}, chunks, true).objection).toBe(objection);
  });
});

describe('the rules for what is stored', () => {
  it.each<[string, unknown, string | undefined]>([
    ['store an answer that stopped by itself', chatAnswer('yes'), undefined],
    ['store a refusal', chatAnswer(null, {}, { refusal: 'I cannot.' }), undefined],
    ['store an answer in parts', chatAnswer(null, {}, { content: [{ type: 'text', text: 'yes' }] }), undefined],
    ['store sound', chatAnswer(null, {}, { audio: { id: 'a' } }), undefined],
    ['store a finish reason of another provider', chatAnswer('yes', { finish_reason: 'eos' }), undefined],
    ['N01 refuse an error body', { error: { message: 'rate limited', type: 'requests' } }, 'error'],
    ['N02 refuse a truncated answer', chatAnswer('yes', { finish_reason: 'length' }), 'length'],
    ['N03 refuse a filtered answer', chatAnswer('', { finish_reason: 'content_filter' }), 'content_filter'],
    ['N04 refuse a failed answer', chatAnswer('yes', { finish_reason: 'error' }), 'error'],
    ['N04 refuse an answer with an error', { ...chatAnswer('yes'), error: { code: 502 } }, 'error'],
    ['N05 refuse an answer without an end', chatAnswer('yes', { finish_reason: null }), 'no_finish_reason'],
    ['N06 refuse an empty answer', chatAnswer(''), 'empty'],
    ['N06 refuse an answer without choices', { ...chatAnswer('yes'), choices: [] }, 'empty'],
    ['N10 refuse a tool call', chatAnswer(null, {}, { tool_calls: [{ id: 't' }] }), 'tool_calls'],
    ['N10 refuse a function call', chatAnswer(null, { finish_reason: 'function_call' }), 'tool_calls'],
    [
      'K28 refuse several choices for the sake of one',
      { choices: [...chatAnswer('a').choices, ...chatAnswer('b', { finish_reason: 'length' }).choices] },
      'length',
    ],
    [
      'store a text completion',
      { object: 'text_completion', choices: [{ text: 'yes', finish_reason: 'stop' }] },
      undefined,
    ],
    ['store a response', response({}), undefined],
    [
      'refuse an incomplete response',
      response({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
      'length',
    ],
    ['refuse a failed response', response({ status: 'failed', error: { message: 'no' } }), 'error'],
    ['refuse a response with a tool call', response({ output: [{ type: 'function_call', name: 'f' }] }), 'tool_calls'],
    ['refuse a response under way', response({ status: 'in_progress', output: [] }), 'no_finish_reason'],
    ['store embeddings', { object: 'list', data: [{ embedding: [0.1] }] }, undefined],
    ['store a record of the application', { total: 3, error: null }, undefined],
    ['store an empty list', [], undefined],
  ])('%s', (_, output, objection) => {
    expect(judge('input', output, false).objection).toBe(objection);
  });

  it('see each choice of a stream', () => {
    const second = (delta: object, reason: string | null = null): object => ({
      ...chatChunk({}),
      choices: [{ index: 1, delta, finish_reason: reason }],
    });
    const chunks = [chatChunk({ content: 'a' }), second({ content: 'b' }), chatChunk({}, 'stop')];
    expect(judge('input', chunks, true).objection).toBe('no_finish_reason');
    expect(judge('input', [...chunks, second({}, 'stop')], true).objection).toBeUndefined();
  });

  it('remember why a choice has ended, whatever follows', () => {
    const chunks = [chatChunk({ content: 'a' }), chatChunk({}, 'stop'), chatChunk({})];
    expect(judge('input', chunks, true).objection).toBeUndefined();
  });

  it('read the end of a streamed response', () => {
    const streamed = (over: object): object[] => [
      { type: 'response.output_text.delta', delta: 'yes' },
      { type: 'response.completed', response: response(over) },
    ];
    expect(judge('input', streamed({}), true).objection).toBeUndefined();
    expect(judge('input', streamed({ status: 'failed' }), true).objection).toBe('error');
  });

  it('take an answer that cannot be looked at for something else', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(judge('input', { choices: [proxy] }, false).completion).toBeUndefined();
  });
});
