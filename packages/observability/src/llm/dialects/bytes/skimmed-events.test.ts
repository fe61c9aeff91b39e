import { expect, it } from 'vitest';
import type { AnswerReading } from '../answer-reading.ts';
import { bodyReader } from './body-reader.ts';
import { serverSentEvents } from './server-sent-events.ts';
import { SkimmedEvents } from './skimmed-events.ts';

const MANY = Array.from({ length: 800 }, (_, index) => index);

const chat = (index: number, delta: object, finish: string | null = null): object => ({
  object: 'chat.completion.chunk',
  id: 'c1',
  model: 'm',
  choices: [{ index, delta, finish_reason: finish }],
  usage: null,
});
const usage = { prompt_tokens: 10, completion_tokens: 900, total_tokens: 910 };
const CHAT = [
  ...[chat(0, { content: '"error"' }), chat(1, { content: 'b' }), chat(1, {}, 'length')],
  ...MANY.map((count) => chat(0, { content: `"usage":{ "finish_reason":"x" ${count} ` })),
  chat(0, {}, 'stop'),
  { object: 'chat.completion.chunk', id: 'c1', model: 'm', choices: [], usage },
];
const claude = (model: string, tokens: number): object => ({
  type: 'message_start',
  message: {
    type: 'message',
    id: model,
    role: 'assistant',
    model,
    content: [],
    usage: { input_tokens: tokens, output_tokens: 1 },
  },
});
const delta = (text: unknown): object => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text },
});
const block = (content: object): object => ({ type: 'content_block_start', index: 1, content_block: content });
const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 900 } };
const ANTHROPIC = [claude('a', 10), ...MANY.map(delta), end, { type: 'message_stop' }];
const RESPONSE = {
  object: 'response',
  id: 'r',
  status: 'completed',
  model: 'm',
  output: [{ type: 'message', content: [{ type: 'output_text', text: 'long '.repeat(20_000) }] }],
  usage: { input_tokens: 10, output_tokens: 900, total_tokens: 910 },
};
const RESPONSES: object[] = [
  { type: 'response.created', response: { object: 'response', id: 'r', status: 'in_progress', model: 'm' } },
  ...MANY.map((count) => ({ type: 'response.output_text.delta', delta: `word ${count}` })),
  { type: 'response.completed', response: RESPONSE },
];
const half = ANTHROPIC.length / 2;

const STREAMS: [string, readonly object[]][] = [
  ['chat completions with one choice that ends early', CHAT],
  [
    'a chat that says what it has used again and again',
    CHAT.map((chunk, count) => ({
      ...chunk,
      usage: count === 0 ? null : { ...usage, completion_tokens: count, total_tokens: 10 + count },
    })),
  ],
  [
    'a chat that calls a tool',
    CHAT.with(400, chat(0, { tool_calls: [{ index: 0, id: 't', function: { name: 'f' } }] })),
  ],
  ['a chat that refuses', CHAT.with(400, chat(0, { refusal: 'no' }))],
  ['a chat with a second choice that does not end', CHAT.with(400, chat(2, { content: 'c' }))],
  [
    'a message that calls a tool',
    ANTHROPIC.toSpliced(400, 0, block({ type: 'tool_use', id: 't', name: 'f', input: {} })),
  ],
  [
    'a message that keeps a container',
    ANTHROPIC.with(-2, { ...end, delta: { stop_reason: 'end_turn', container: { id: 'c' } } }),
  ],
  [
    'a response that calls a tool',
    RESPONSES.toSpliced(400, 0, { type: 'response.output_item.done', item: { type: 'function_call', name: 'f' } }),
  ],
  [
    'a response that refuses',
    RESPONSES.slice(0, -1).toSpliced(400, 0, { type: 'response.refusal.delta', delta: 'no' }),
  ],
  ['a chat that fails', CHAT.with(400, { error: { message: 'busy', code: 502 } })],
  ['a chat that breaks off', CHAT.slice(0, 700)],
  ['a message', ANTHROPIC],
  ['a second message in mid-stream', [...ANTHROPIC.slice(0, half), claude('b', 20), ...ANTHROPIC.slice(half)]],
  [
    'a message that fails',
    [...ANTHROPIC.slice(0, half), { type: 'error', error: { type: 'overloaded_error', message: 'busy' } }],
  ],
  ['a response whose last event is long', RESPONSES],
  [
    'a format in which every event may tell',
    MANY.map((count) => ({
      candidates: [{ content: { parts: [{ text: 'a' }] } }],
      usageMetadata:
        count === 400 ? { promptTokenCount: 4, candidatesTokenCount: 900, totalTokenCount: 904 } : undefined,
    })),
  ],
];

/** What a skimmed reading must tell: everything but texts. */
function told(reading: AnswerReading | undefined): object | undefined {
  if (reading === undefined) return undefined;
  const { texts: _, isEmpty: __, ...rest } = reading;
  return rest;
}

it.each(STREAMS)('tells the same of a long stream whether it is skimmed or read: %s', (_, chunks) => {
  const printed = Buffer.from(serverSentEvents('[DONE]').print(chunks)).toString('utf8');
  for (const [lineEnd, pieceBytes] of [
    ['\n', 777],
    ['\r\n', 50_000],
  ] as const) {
    const body = Buffer.from(printed.replaceAll('\n', lineEnd));
    const readers = [false, true].map((isSkimmed) => bodyReader({ contentType: 'text/event-stream', isSkimmed }));
    for (let at = 0; at < body.length; at += pieceBytes) {
      for (const reader of readers) reader.add(body.subarray(at, at + pieceBytes));
    }
    const [read, skimmed] = readers.map((reader) => told(reader.end()));
    expect(read).toBeDefined();
    expect(skimmed).toEqual(read);
  }
});

it.each([
  ['LF', '\n'],
  ['CR LF', '\r\n'],
])('reads the rest of the event that has begun, blocks with a mark, and the last block: %s', (_, lineEnd) => {
  const seen: string[] = [];
  const reader = {
    add: (bytes: Uint8Array) => {
      const text = Buffer.from(bytes).toString('utf8').replaceAll(' ', '').trim();
      if (text !== '') seen.push(text);
      return [];
    },
    end: () => [],
  };
  const events = new SkimmedEvents(reader, /"error"/);
  for (const event of ['rest', 'a', '"error"', 'b'])
    events.add(Buffer.from(`data: ${event.padEnd(5_000)}${lineEnd}${lineEnd}`));
  events.add(Buffer.from('data: c'));
  events.end();
  expect(seen).toEqual(['data:rest', 'data:"error"', 'data:c']);
});

it.each([
  ['LF', '\n'],
  ['CR LF', '\r\n'],
])('reads a block, and the last one, from the first event with a mark on: %s', (_, lineEnd) => {
  const print = (...data: readonly string[]): Buffer =>
    Buffer.from(data.map((text) => `event: x${lineEnd}data: "${text}"${lineEnd}${lineEnd}`).join(''));
  const events = new SkimmedEvents(serverSentEvents().reader(), /"error"/);
  const long = 'a'.repeat(3_000);
  const seen = [print('begun'), print('a', 'b', long), print(long, 'c', 'error', 'd'), print('e', 'error', 'f')];
  expect([...seen.flatMap((bytes) => events.add(bytes)), ...events.end()]).toEqual([
    'begun',
    'error',
    'd',
    'error',
    'f',
  ]);
});

it('reads few events of a long stream in full, also if all of it comes in one piece', () => {
  const [, chunks] = STREAMS[0] as (typeof STREAMS)[number];
  const body = Buffer.from(serverSentEvents('[DONE]').print(chunks));
  const textOf = (isSkimmed: boolean): string => {
    const reader = bodyReader({ contentType: 'text/event-stream', isSkimmed });
    reader.add(body);
    return String(reader.end()?.texts.join(''));
  };
  expect(textOf(true).length).toBeLessThan(textOf(false).length / 4);
});

it('knows nothing of a stream with an event that is too long', () => {
  const reader = bodyReader({ contentType: 'text/event-stream', isSkimmed: true });
  reader.add(Buffer.from(serverSentEvents().print(CHAT)));
  reader.add(Buffer.from(`data: ${'x'.repeat(1_100_000)}\n\n`));
  expect(reader.end()).toBeUndefined();
});

it('gives up on a stream that says nothing known in a megabyte', () => {
  const reader = bodyReader({ contentType: 'text/event-stream', isSkimmed: true });
  for (let count = 0; count < 80; count += 1) reader.add(Buffer.from(`data: ${'x'.repeat(16_384)}\n\n`));
  reader.add(Buffer.from(serverSentEvents().print(CHAT)));
  expect(reader.end()).toBeUndefined();
});
