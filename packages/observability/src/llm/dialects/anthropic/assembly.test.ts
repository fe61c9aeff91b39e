import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assembleAnswer, chunksOfAnswer } from '../../assembly.ts';
import { type Answer, collect, Provider } from '../__fixtures__/provider.ts';

const HEAD = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5-5',
  container: null,
  stop_details: null,
};

const USAGE = {
  input_tokens: 25,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 12,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  server_tool_use: null,
  service_tier: 'standard',
};

const whole = (content: object[], over: object = {}): object => ({
  ...HEAD,
  content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { ...USAGE, output_tokens: 15 },
  ...over,
});

const started = {
  type: 'message_start',
  message: whole([], { stop_reason: null, usage: { ...USAGE, output_tokens: 1 } }),
};

const block = (index: number, content_block: object, ...deltas: object[]): object[] => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];

const stopped = (over: object = {}, usage: object = {}): object[] => [
  {
    type: 'message_delta',
    delta: { stop_reason: 'end_turn', stop_sequence: null, ...over },
    usage: { input_tokens: 25, output_tokens: 15, ...usage },
  },
  { type: 'message_stop' },
];

const citation = {
  type: 'char_location',
  cited_text: 'x',
  document_index: 0,
  document_title: null,
  start_char_index: 0,
  end_char_index: 1,
};

const cases: Record<string, Answer> = {
  'a text': {
    whole: whole([{ type: 'text', text: 'Hello, wörld', citations: null }]),
    chunks: [
      started,
      ...block(
        0,
        { type: 'text', text: '', citations: null },
        { type: 'text_delta', text: 'Hello' },
        { type: 'text_delta', text: ', wörld' },
      ),
      ...stopped(),
    ],
  },
  citations: {
    whole: whole([{ type: 'text', text: 'See x.', citations: [citation, { ...citation, document_index: 1 }] }]),
    chunks: [
      started,
      ...block(
        0,
        { type: 'text', text: '', citations: [] },
        { type: 'citations_delta', citation },
        { type: 'text_delta', text: 'See x.' },
        { type: 'citations_delta', citation: { ...citation, document_index: 1 } },
      ),
      ...stopped(),
    ],
  },
  'thoughts and calls of tools': {
    whole: whole(
      [
        { type: 'thinking', thinking: 'Let me see.', signature: 'EqQB' },
        { type: 'redacted_thinking', data: 'EmwK' },
        { type: 'text', text: 'I look.', citations: null },
        { type: 'tool_use', id: 'toolu_1', name: 'f', input: { place: 'Rome', days: [1, 2] } },
        { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} },
      ],
      { stop_reason: 'tool_use' },
    ),
    chunks: [
      started,
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        { type: 'thinking_delta', thinking: 'Let ' },
        { type: 'thinking_delta', thinking: 'me see.' },
        { type: 'signature_delta', signature: 'EqQB' },
      ),
      ...block(1, { type: 'redacted_thinking', data: 'EmwK' }),
      { type: 'ping' },
      ...block(2, { type: 'text', text: '', citations: null }, { type: 'text_delta', text: 'I look.' }),
      ...block(
        3,
        { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
        { type: 'input_json_delta', partial_json: '' },
        { type: 'input_json_delta', partial_json: '{"place": "Ro' },
        { type: 'input_json_delta', partial_json: 'me", "days": [1,2]}' },
      ),
      ...block(
        4,
        { type: 'tool_use', id: 'toolu_2', name: 'g', input: {} },
        { type: 'input_json_delta', partial_json: '' },
      ),
      ...stopped({ stop_reason: 'tool_use' }),
    ],
  },
  'a search at the server': {
    whole: whole(
      [
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
        {
          type: 'web_search_tool_result',
          tool_use_id: 'srvtoolu_1',
          content: [{ type: 'web_search_result', url: 'https://a' }],
        },
        { type: 'text', text: 'Found.', citations: null },
      ],
      { usage: { ...USAGE, output_tokens: 15, server_tool_use: { web_search_requests: 1 } } },
    ),
    chunks: [
      started,
      ...block(
        0,
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
        { type: 'input_json_delta', partial_json: '{"query":"q"}' },
      ),
      ...block(1, {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_1',
        content: [{ type: 'web_search_result', url: 'https://a' }],
      }),
      ...block(2, { type: 'text', text: '', citations: null }, { type: 'text_delta', text: 'Found.' }),
      ...stopped({}, { server_tool_use: { web_search_requests: 1 } }),
    ],
  },
  'the sequence that stopped it, and an unknown field': {
    whole: whole([{ type: 'text', text: 'a', citations: null }], {
      stop_reason: 'stop_sequence',
      stop_sequence: 'END',
      context_management: { applied_edits: [] },
    }),
    chunks: [
      started,
      ...block(0, { type: 'text', text: '', citations: null }, { type: 'text_delta', text: 'a' }),
      {
        ...stopped({ stop_reason: 'stop_sequence', stop_sequence: 'END' })[0],
        context_management: { applied_edits: [] },
      },
      { type: 'message_stop' },
    ],
  },
};

let provider: Provider;
let anthropic: Anthropic;

beforeAll(async () => {
  provider = await Provider.start();
  anthropic = new Anthropic({ apiKey: 'none', baseURL: provider.url, maxRetries: 0 });
});

afterAll(() => provider.stop());

const REQUEST: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-opus-5-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hi' }],
};

describe.each(Object.entries(cases))('a message with %s', (_, answer) => {
  it('as the client streams it assembles to what the client gives whole', async () => {
    provider.answer = answer;
    const events = await collect(await anthropic.messages.create({ ...REQUEST, stream: true }));
    expect(assembleAnswer(events)).toEqual(await anthropic.messages.create(REQUEST));
  });

  it('as the client gives it whole is streamed such that the client gathers the same', async () => {
    provider.answer = answer;
    const message = await anthropic.messages.create(REQUEST);
    provider.answer = { whole: {}, chunks: chunksOfAnswer(message) ?? [] };
    const events = await collect(await anthropic.messages.create({ ...REQUEST, stream: true }));
    expect(assembleAnswer(events)).toEqual(message);
    const {
      parsed_output: _parsed,
      context_management: _unknown,
      ...known
    } = message as unknown as Record<string, unknown>;
    expect(await anthropic.messages.stream(REQUEST).finalMessage()).toMatchObject(known);
  });
});

describe('a message is not assembled', () => {
  const { chunks } = cases['a text'] as Answer;

  it.each<[string, readonly object[]]>([
    ['without its end', chunks.slice(0, -1)],
    ['from blocks out of order', [started, ...block(1, { type: 'text', text: '' }), ...stopped()]],
    [
      'from an unknown delta',
      [started, ...block(0, { type: 'text', text: '' }, { type: 'aroma_delta' }), ...stopped()],
    ],
    ['from an unknown event', [...chunks, { type: 'message_aroma' }]],
    [
      'from a delta that says more than is known',
      [started, ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'a', tone: 'b' }), ...stopped()],
    ],
    [
      'from input of a tool that is no JSON',
      [
        started,
        ...block(0, { type: 'tool_use', input: {} }, { type: 'input_json_delta', partial_json: '{' }),
        ...stopped(),
      ],
    ],
    ['from events of several messages', [...chunks, { ...started, message: whole([], { id: 'msg_2' }) }]],
  ])('%s', (_, events) => {
    expect(assembleAnswer(events)).toBeUndefined();
  });

  it('nor is it streamed where its start already says something', () => {
    expect(chunksOfAnswer(whole([{ type: 'text', text: 1 }]))).toBeUndefined();
  });
});
