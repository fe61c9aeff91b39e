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
    ['N03 refuse a prompt that was blocked', { promptFeedback: { blockReason: 'SAFETY' } }, 'content_filter'],
    ['N03 refuse what a shield has blocked', gemini('MODEL_ARMOR'), 'content_filter'],
    ['N04 refuse a call that came out wrong', gemini('MALFORMED_FUNCTION_CALL'), 'error'],
    ['N02 refuse a response that wants to be continued', gemini('CONTINUATION'), 'length'],
    ['N06 refuse thoughts without an answer', gemini('STOP', [{ text: 'hm', thought: true }]), 'empty'],
    ['store an image', gemini('STOP', [{ inlineData: { data: 'AAEC' } }]), undefined],
    ['store the result of code', gemini('STOP', [{ codeExecutionResult: { output: '2' } }]), undefined],
    ['N02 refuse a message that fills the window', message('model_context_window_exceeded'), 'length'],
    ['N05 refuse a message that pauses', message('pause_turn'), 'no_finish_reason'],
    ['N06 refuse thoughts without a message', message('end_turn', [{ type: 'thinking', thinking: 'hm' }]), 'empty'],
    ['N09 refuse a message with a container', { ...message('end_turn'), container: { id: 'c' } }, 'server_state'],
    [
      'N10 store a search that the provider ran',
      message('end_turn', [
        { type: 'server_tool_use', name: 'web_search' },
        { type: 'text', text: 'yes' },
      ]),
      undefined,
    ],
    ['N10 refuse a call of a server of tools', message('end_turn', [{ type: 'mcp_tool_use' }]), 'tool_calls'],
    ['N11 store a refusal', message('refusal', []), undefined],
  ])('%s', (_, output, objection) => {
    expect(judge({}, output, false).objection).toBe(objection);
  });

  it.each<[string, object]>([
    ['of a message', message('tool_use', [{ type: 'tool_use', name: 't' }])],
    ['of a response of Gemini', gemini('STOP', [{ functionCall: { name: 'f' } }])],
    ['of a chat completion', chatAnswer(null, { finish_reason: 'tool_calls' }, { tool_calls: [{ id: 't' }] })],
    ['of a response', response({ output: [{ type: 'function_call', name: 'f' }] })],
    ['of the AI SDK', { content: [{ type: 'tool-call', toolName: 'f' }], finishReason: 'tool-calls' }],
  ])('N10 store a tool call %s if they are told to', (_, output) => {
    expect(judge({}, output, false).objection).toBe('tool_calls');
    expect(judge({}, output, false, { cacheToolCalls: true }).objection).toBeUndefined();
  });

  it.each<[string, object]>([
    ['of a message', message('refusal', [])],
    ['of a chat completion', chatAnswer(null, {}, { refusal: 'I cannot.' })],
    ['of a response', response({ output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }] })],
  ])('N11 refuse a refusal %s if they are told to', (_, output) => {
    expect(judge({}, output, false).objection).toBeUndefined();
    expect(judge({}, output, false, { cacheRefusals: false }).objection).toBe('refusal');
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
    ['N01 refuse the answer of a server that failed', { status: 503, body: 'no' }, 'error'],
    ['N01 refuse the answer of a server that forbids', { statusCode: 403 }, 'error'],
    ['N01 refuse the lowest status of an error', { status: 400 }, 'error'],
    ['N01 refuse the highest status of an error', { status: 599 }, 'error'],
    ['store a status below those of errors', { status: 399 }, undefined],
    ['store a status above those of errors', { status: 600 }, undefined],
    ['N06 refuse nothing', undefined, 'empty'],
    ['N06 refuse an empty text', '', 'empty'],
    [
      'N06 refuse one empty choice of two',
      { choices: [...chatAnswer('a').choices, ...chatAnswer('').choices] },
      'empty',
    ],
    [
      'N02 refuse several answers for the sake of one',
      [chatAnswer('a', { finish_reason: 'length' }), chatAnswer('b')],
      'length',
    ],
    ['N09 refuse a job', { id: 'b', object: 'batch', status: 'completed' }, 'server_state'],
    ['N09 refuse a file', { id: 'f', object: 'file' }, 'server_state'],
    ['N09 refuse a response under way in the background', response({ background: true }), 'server_state'],
    ['N09 refuse a response of a conversation', response({ conversation: { id: 'c' } }), 'server_state'],
    [
      'N09 refuse a response with a file that the provider keeps',
      response({
        output: [
          {
            type: 'message',
            content: [{ type: 'output_text', text: 'See', annotations: [{ type: 'container_file_citation' }] }],
          },
        ],
      }),
      'server_state',
    ],
    [
      'N10 store a search that the provider ran',
      response({
        output: [{ type: 'web_search_call' }, { type: 'message', content: [{ type: 'output_text', text: 'yes' }] }],
      }),
      undefined,
    ],
    ['N10 refuse a question for approval', response({ output: [{ type: 'mcp_approval_request' }] }), 'tool_calls'],
    ['store a made image', response({ output: [{ type: 'image_generation_call', result: 'AAEC' }] }), undefined],
    [
      'N06 refuse reasoning without an answer',
      response({ output: [{ type: 'reasoning', content: [{ text: 'hm' }] }] }),
      'empty',
    ],
    [
      'store what a language model of the AI SDK says',
      { content: [{ type: 'text', text: 'yes' }], finishReason: 'stop' },
      undefined,
    ],
    [
      'store what one of its third version says',
      { content: [{ type: 'text', text: 'yes' }], finishReason: { unified: 'stop', raw: 'end_turn' } },
      undefined,
    ],
    ['N02 refuse what it says cut short', { text: 'ye', finishReason: 'length' }, 'length'],
    ['N03 refuse what it says filtered', { text: '', finishReason: { unified: 'content-filter' } }, 'content_filter'],
    ['N05 refuse what it says without a known end', { text: 'yes', finishReason: 'unknown' }, 'no_finish_reason'],
    ['store an object that it made', { object: { total: 3 }, finishReason: 'stop' }, undefined],
    ['store a record with choices', { choices: ['tea', 'coffee'] }, undefined],
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

  it('N05 refuse a streamed response without its end', () => {
    const delta = { type: 'response.output_text.delta', delta: 'yes' };
    expect(judge('input', [delta], true).objection).toBe('no_finish_reason');
    expect(
      judge('input', [{ type: 'response.created', response: response({ status: 'in_progress' }) }, delta], true)
        .objection,
    ).toBe('no_finish_reason');
  });

  it('N01 N04 refuse a stream with an event of an error', () => {
    expect(judge('input', [{ type: 'error', code: 'server_error', message: 'no' }], true).objection).toBe('error');
    expect(
      judge('input', [{ type: 'error', error: { type: 'overloaded_error', message: 'no' } }], true).objection,
    ).toBe('error');
  });

  it('read the parts of a stream of the AI SDK', () => {
    const parts = [
      { type: 'stream-start', warnings: [] },
      { type: 'text-delta', id: '1', delta: 'yes' },
    ];
    const end = (finishReason: string): object => ({ type: 'finish', finishReason, usage: {} });
    expect(judge('input', [...parts, end('stop')], true).objection).toBeUndefined();
    expect(judge('input', [...parts, end('length')], true).objection).toBe('length');
    expect(judge('input', parts, true).objection).toBe('no_finish_reason');
    expect(judge('input', [...parts, { type: 'tool-call', toolName: 'f' }, end('tool-calls')], true).objection).toBe(
      'tool_calls',
    );
  });

  it('take an answer that cannot be looked at for something else', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(judge('input', { choices: [proxy] }, false).completion).toBeUndefined();
  });
});

describe('a stream of texts', () => {
  it.each([
    ['an error', ['{"err', 'or":"no such city","city":null}']],
    ['a reason to end', ['{"finish_reason":"length","n":1}']],
    ['addresses', ['{"data":[{"url":"https://a.test"}', '],"q":1}']],
  ])('is stored if it is JSON that has %s', (_, texts) => {
    expect(judge({}, texts, true).objection).toBeUndefined();
  });

  it('is refused if its events end too early', () => {
    const event = { object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'length' }] };
    expect(judge({}, [`data: ${JSON.stringify(event)}\n\n`], true).objection).toBe('length');
  });
});
