import { awsFrame } from './aws-frame.ts';

const USAGE = { inputTokens: 1_000, outputTokens: 100, totalTokens: 1_100 };

/** What every model says. */
export const TEXT = 'Hello you';

/** The answer to Converse. */
const CONVERSED = {
  output: { message: { role: 'assistant', content: [{ text: TEXT }] } },
  stopReason: 'end_turn',
  usage: USAGE,
  metrics: { latencyMs: 1 },
};

/** The answer to ConverseStream. */
export const CONVERSE_EVENTS: readonly Buffer[] = [
  awsFrame('messageStart', { role: 'assistant' }),
  awsFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hello' } }),
  awsFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: ' you' } }),
  awsFrame('contentBlockStop', { contentBlockIndex: 0 }),
  awsFrame('messageStop', { stopReason: 'end_turn' }),
  awsFrame('metadata', { usage: USAGE, metrics: { latencyMs: 1 } }),
];

const MESSAGE = { type: 'message', role: 'assistant', model: 'claude-3-haiku-20240307', stop_reason: null };
const TOKENS = { input_tokens: 1_000, output_tokens: 100 };

/** The answer to InvokeModel, of a model of Anthropic. */
const INVOKED = { ...MESSAGE, content: [{ type: 'text', text: TEXT }], stop_reason: 'end_turn', usage: TOKENS };

/** The answer to InvokeModelWithResponseStream: the events of Anthropic, each in a frame of AWS. */
const INVOKE_EVENTS: readonly Buffer[] = [
  { type: 'message_start', message: { ...MESSAGE, content: [], usage: { ...TOKENS, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ' you' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 100 } },
  { type: 'message_stop' },
].map((event) => awsFrame('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') }));

/** The part of a response that an answer needs, over HTTP/1.1 and HTTP/2. */
interface AnsweredResponse {
  setHeader(name: string, value: string): unknown;
  write(piece: Buffer): unknown;
  end(): unknown;
}

/** Answers as Bedrock does: whole or as the events of a stream, by the path. */
export function answerAsBedrock(path: string, response: AnsweredResponse): void {
  const events = path.endsWith('/converse-stream') ? CONVERSE_EVENTS : INVOKE_EVENTS;
  if (path.endsWith('-stream')) {
    response.setHeader('content-type', 'application/vnd.amazon.eventstream');
    for (const event of events) response.write(event);
  } else {
    response.setHeader('content-type', 'application/json');
    response.write(Buffer.from(JSON.stringify(path.endsWith('/invoke') ? INVOKED : CONVERSED)));
  }
  response.end();
}
