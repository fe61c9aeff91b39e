/** The bytes of an answer, one piece for a whole one and one for each event of a stream. */
export interface Answer {
  readonly type: string;
  readonly pieces: readonly string[];
}

/** The two halves of the text that every model says. */
const WORDS = ['Hello', ' you'] as const;

export const TEXT: string = WORDS.join('');

/** What a tool is called with, if a request offers one, and the text of structured output. */
const ARGUMENTS = '{"city":"Oslo"}';

/** What a model says to a request at a path, whole or streamed as the request asks. */
export function answerTo(path: string, body: Readonly<Record<string, unknown>>): Answer {
  const [name] = path.split('?');
  const rule = PROTOCOLS.find(([pattern]) => pattern.test(name ?? ''));
  if (rule === undefined) return whole({ object: 'list', data: [] });
  const tools = Array.isArray(body['tools']) && body['tools'].length > 0;
  return rule[1]({ path, body, tools, model: String(body['model'] ?? 'model') });
}

interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly tools: boolean;
  readonly model: string;
}

const PROTOCOLS: readonly (readonly [RegExp, (asked: Asked) => Answer])[] = [
  [/\/chat\/completions$/, chat],
  [/\/responses$/, responses],
  [/\/embeddings$/, embeddings],
  [/\/images\/generations$/, () => whole(IMAGE)],
  [/\/v1\/messages$/, messages],
  [/:(?:stream)?[gG]enerateContent$/, generateContent],
  [/\/model\/[^/]+\/converse$/, converse],
  [/\/api\/chat$/, ollamaChat],
  [/:batchEmbedContents$/, () => whole({ embeddings: [{ values: [0.25, 0.5] }] })],
];

function whole(answer: object): Answer {
  return { type: 'application/json', pieces: [JSON.stringify(answer)] };
}

function events(chunks: readonly object[], end = ''): Answer {
  const pieces = chunks.map((chunk) => {
    const name = 'type' in chunk ? `event: ${chunk.type}\n` : '';
    return `${name}data: ${JSON.stringify(chunk)}\n\n`;
  });
  return { type: 'text/event-stream', pieces: end === '' ? pieces : [...pieces, end] };
}

function chat({ body, tools, model }: Asked): Answer {
  const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
  const base = { id: tools ? 'chatcmpl-2' : 'chatcmpl-1', created: 1, model };
  const text = body['response_format'] === undefined ? TEXT : ARGUMENTS;
  const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: ARGUMENTS } };
  const said = tools ? { content: null, tool_calls: [call] } : { content: text };
  const finish_reason = tools ? 'tool_calls' : 'stop';
  const message = { role: 'assistant', ...said, refusal: null };
  if (body['stream'] !== true) {
    const choices = [{ index: 0, message, logprobs: null, finish_reason }];
    return whole({ ...base, object: 'chat.completion', choices, usage });
  }
  const withUsage = (body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage === true;
  const deltas = tools
    ? [{ role: 'assistant', tool_calls: [{ index: 0, ...call }] }]
    : [{ role: 'assistant', content: WORDS[0] }, { content: WORDS[1] }];
  const chunk = (choices: readonly object[], rest: object = {}): object => {
    return { ...base, object: 'chat.completion.chunk', choices, ...(withUsage && { usage: null }), ...rest };
  };
  return events(
    [
      ...deltas.map((delta) => chunk([{ index: 0, delta, finish_reason: null }])),
      chunk([{ index: 0, delta: {}, finish_reason }]),
      ...(withUsage ? [chunk([], { usage })] : []),
    ],
    'data: [DONE]\n\n',
  );
}

function converse(): Answer {
  return whole({
    output: { message: { role: 'assistant', content: [{ text: TEXT }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 1_000, outputTokens: 100, totalTokens: 1_100 },
    metrics: { latencyMs: 1 },
  });
}

function ollamaChat({ body, model }: Asked): Answer {
  const base = { model, created_at: '2026-01-01T00:00:00Z' };
  const said = (content: string): object => ({ ...base, message: { role: 'assistant', content }, done: false });
  const end = { done: true, done_reason: 'stop', prompt_eval_count: 1_000, eval_count: 100 };
  if (body['stream'] === false) return whole({ ...said(TEXT), ...end });
  const chunks = [...WORDS.map(said), { ...said(''), ...end }];
  return { type: 'application/x-ndjson', pieces: chunks.map((chunk) => `${JSON.stringify(chunk)}\n`) };
}

function responses({ body, tools, model }: Asked): Answer {
  const usage = {
    ...{ input_tokens: 1_000, output_tokens: 100, total_tokens: 1_100 },
    ...{ input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { reasoning_tokens: 0 } },
  };
  const content = [{ type: 'output_text', text: TEXT, annotations: [] }];
  const item = tools
    ? {
        type: 'function_call',
        id: 'fc_1',
        call_id: 'call_1',
        name: 'weather',
        arguments: ARGUMENTS,
        status: 'completed',
      }
    : { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content };
  const base = { id: 'resp_1', object: 'response', created_at: 1, model, error: null, incomplete_details: null };
  const done = { ...base, status: 'completed', output: [item], usage };
  if (body['stream'] !== true) return whole(done);
  const begun = { ...base, status: 'in_progress', output: [], usage: null };
  const at = { output_index: 0, item_id: 'msg_1', content_index: 0 };
  const pieces = tools
    ? [{ type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'fc_1', delta: ARGUMENTS }]
    : [
        { type: 'response.content_part.added', ...at, part: { type: 'output_text', text: '', annotations: [] } },
        ...WORDS.map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
        { type: 'response.output_text.done', ...at, text: TEXT },
      ];
  const opened = tools
    ? { ...item, arguments: '', status: 'in_progress' }
    : { ...item, content: [], status: 'in_progress' };
  const sequence = [
    { type: 'response.created', response: begun },
    { type: 'response.output_item.added', output_index: 0, item: opened },
    ...pieces,
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: done },
  ];
  return events(sequence.map((event, sequence_number) => ({ ...event, sequence_number })));
}

function embeddings({ model, body }: Asked): Answer {
  const usage = { prompt_tokens: 8, total_tokens: 8 };
  const values = [0.25, 0.5];
  const embedding =
    body['encoding_format'] === 'base64' ? Buffer.from(new Float32Array(values).buffer).toString('base64') : values;
  return whole({ object: 'list', data: [{ object: 'embedding', index: 0, embedding }], model, usage });
}

/** An image of 1,056 tokens for a prompt of 10. */
const IMAGE = {
  created: 1_700_000_000,
  data: [{ b64_json: 'iVBORw0KGgo=' }],
  usage: {
    total_tokens: 1_066,
    input_tokens: 10,
    output_tokens: 1_056,
    input_tokens_details: { text_tokens: 10, image_tokens: 0 },
  },
};

function messages({ body, tools, model }: Asked): Answer {
  const block = tools
    ? { type: 'tool_use', id: 'toolu_1', name: 'weather', input: JSON.parse(ARGUMENTS) }
    : { type: 'text', text: body['output_config'] === undefined ? TEXT : ARGUMENTS };
  const stop_reason = tools ? 'tool_use' : 'end_turn';
  const usage = { input_tokens: 1_000, output_tokens: 100 };
  const message = {
    id: tools ? 'msg_2' : 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [block],
    stop_reason,
    stop_sequence: null,
    usage,
  };
  if (body['stream'] !== true) return whole(message);
  const begun = { ...message, content: [], stop_reason: null, usage: { input_tokens: 1_000, output_tokens: 1 } };
  const deltas = tools
    ? [{ type: 'input_json_delta', partial_json: ARGUMENTS }]
    : WORDS.map((text) => ({ type: 'text_delta', text }));
  return events([
    { type: 'message_start', message: begun },
    {
      type: 'content_block_start',
      index: 0,
      content_block: tools ? { ...block, input: {} } : { type: 'text', text: '' },
    },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 100 } },
    { type: 'message_stop' },
  ]);
}

function generateContent({ path, body, tools }: Asked): Answer {
  const modelVersion = /models\/([^:]+)/.exec(path)?.[1] ?? 'model';
  const usageMetadata = { promptTokenCount: 1_000, candidatesTokenCount: 100, totalTokenCount: 1_100 };
  const rest = { modelVersion, responseId: 'r1' };
  const said = (parts: readonly object[], finish: object = {}): object => {
    return { candidates: [{ index: 0, content: { role: 'model', parts }, ...finish }], ...rest };
  };
  const { responseMimeType } = (body['generationConfig'] ?? {}) as { readonly responseMimeType?: string };
  const text = responseMimeType === 'application/json' ? ARGUMENTS : TEXT;
  const part = tools ? { functionCall: { name: 'weather', args: JSON.parse(ARGUMENTS) } } : { text };
  const end = { finishReason: 'STOP' };
  if (!path.includes(':stream')) return whole({ ...said([part], end), usageMetadata });
  if (tools) return events([{ ...said([part], end), usageMetadata }]);
  return events([said([{ text: WORDS[0] }]), { ...said([{ text: WORDS[1] }], end), usageMetadata }]);
}
