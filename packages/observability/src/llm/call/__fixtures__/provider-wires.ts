import { framingOf } from '../../dialects/bytes/framing.ts';

/** How a provider writes an answer. */
export interface ProviderWire {
  readonly contentType: string;
  /** The chunks of a stream: the first ones give a text, `finish` ends it. */
  readonly chunks: readonly object[];
  /** How many of the chunks come before the finish, for a stream that is cut. */
  readonly cutAfter: number;
  /** How many of the chunks stand before the mark that nothing follows. */
  readonly unmarked: number;
  readonly mark: string;
  readonly print: (chunk: object) => string | Uint8Array;
  readonly error: object;
}

const OVERLOADED = { message: 'fake 503', type: 'overloaded_error', param: null, code: null };
const event = (chunk: object): string => {
  const { type } = chunk as { readonly type?: string };
  return `${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(chunk)}\n\n`;
};
const SSE = { contentType: 'text/event-stream', print: event, mark: '' };

const part = (choices: readonly object[], more: object = {}): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-4o-mini',
  choices,
  ...more,
});
const delta = (fields: object, finish: string | null = null): object =>
  part([{ index: 0, delta: fields, finish_reason: finish }]);
const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed' };
const output = [{ ...message, content: [{ type: 'output_text', text: 'hi there', annotations: [] }] }];
const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-4o-mini', error: null, output: [] };
const counts = { input_tokens: 11, output_tokens: 3, total_tokens: 14 };

const chat: ProviderWire = {
  ...SSE,
  chunks: [
    delta({ role: 'assistant', content: '' }),
    delta({ content: 'hi ' }),
    delta({ content: 'there' }),
    delta({}, 'stop'),
    part([], { usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 } }),
  ],
  cutAfter: 2,
  unmarked: 5,
  mark: 'data: [DONE]\n\n',
  error: { error: OVERLOADED },
};

const item = { output_index: 0, item_id: 'msg_1', content_index: 0 };
const responses: ProviderWire = {
  ...SSE,
  chunks: [
    { type: 'response.created', sequence_number: 0, response: { ...response, status: 'in_progress' } },
    { type: 'response.output_item.added', sequence_number: 1, output_index: 0, item: { ...message, content: [] } },
    { type: 'response.content_part.added', sequence_number: 2, ...item, part: { type: 'output_text', text: '' } },
    { type: 'response.output_text.delta', sequence_number: 3, ...item, delta: 'hi there' },
    { type: 'response.output_item.done', sequence_number: 4, output_index: 0, item: output[0] },
    {
      type: 'response.completed',
      sequence_number: 5,
      response: { ...response, status: 'completed', output, usage: counts },
    },
  ],
  cutAfter: 4,
  unmarked: 6,
  error: { error: OVERLOADED },
};

const text = (given: string): object => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: given },
});
const anthropic: ProviderWire = {
  ...SSE,
  chunks: [
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-5',
        content: [],
        stop_reason: null,
        usage: { input_tokens: 11, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    text('hi '),
    text('there'),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 3 } },
    { type: 'message_stop' },
  ],
  cutAfter: 3,
  unmarked: 6,
  error: { type: 'error', error: { type: 'overloaded_error', message: 'fake 503' }, request_id: 'req_fake1' },
};

const candidate = (given: string, more: object = {}): object => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: given }] }, ...more }],
  modelVersion: 'gemini-2.5-flash',
});
const google: ProviderWire = {
  ...SSE,
  chunks: [
    candidate('hi '),
    {
      ...candidate('there', { finishReason: 'STOP' }),
      usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 3, totalTokenCount: 14 },
    },
  ],
  cutAfter: 1,
  unmarked: 2,
  error: { error: { code: 503, message: 'fake 503', status: 'UNAVAILABLE' } },
};

const piece = (given: string): object => ({
  type: 'content-delta',
  index: 0,
  delta: { message: { content: { text: given } } },
});
const cohere: ProviderWire = {
  ...SSE,
  chunks: [
    { type: 'message-start', id: 'c1', delta: { message: { role: 'assistant' } } },
    { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
    piece('hi '),
    piece('there'),
    { type: 'content-end', index: 0 },
    {
      type: 'message-end',
      delta: { finish_reason: 'COMPLETE', usage: { tokens: { input_tokens: 11, output_tokens: 3 } } },
    },
  ],
  cutAfter: 3,
  unmarked: 5,
  error: { id: 'c1', message: 'fake 503' },
};

const line = { model: 'm', created_at: '2026-01-01T00:00:00Z' };
const ollama: ProviderWire = {
  contentType: 'application/x-ndjson',
  print: (chunk) => `${JSON.stringify(chunk)}\n`,
  mark: '',
  chunks: [
    { ...line, message: { role: 'assistant', content: 'hi ' }, done: false },
    {
      ...line,
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 11,
      eval_count: 3,
    },
  ],
  cutAfter: 1,
  unmarked: 1,
  error: { error: 'fake 503' },
};

const bedrock: ProviderWire = {
  contentType: 'application/vnd.amazon.eventstream',
  print: (chunk) => framingOf({ streamFraming: 'aws_event_stream' }).print([chunk]),
  mark: '',
  chunks: [
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'hi ' } } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'there' } } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage: { inputTokens: 11, outputTokens: 3, totalTokens: 14 }, metrics: { latencyMs: 1 } } },
  ],
  cutAfter: 2,
  unmarked: 5,
  error: { message: 'fake 503' },
};

/** The wires by the names of the callers that read them. */
export const WIRES: Readonly<Record<string, ProviderWire>> = {
  openai: chat,
  'openai-responses': responses,
  'ai-openai': chat,
  'langchain-openai': chat,
  fetch: chat,
  anthropic,
  'ai-anthropic': anthropic,
  'langchain-anthropic': anthropic,
  google,
  'ai-google': google,
  cohere,
  ollama,
  bedrock,
};
