import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printAwsEvent } from './aws-events.ts';
import { chunksIn, framingOf } from './framing.ts';
import { isBodyOver, piecesOf } from './whole-body.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const events = framingOf({ streamFraming: 'server_sent_events', terminator: '[DONE]' });
const lines = framingOf({ streamFraming: 'json_lines' });

describe('server-sent events', () => {
  it.each<[string, string, unknown[]]>([
    [
      'a chunk an event, without the one that ends them',
      'data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\n',
      [{ a: 1 }, { a: 2 }],
    ],
    ['data over several lines', 'data: {"a":\ndata: 1}\n\n', [{ a: 1 }]],
    ['lines that end with CR LF', 'event: x\r\ndata: {"a":1}\r\n\r\n', [{ a: 1 }]],
    ['lines that end with CR', 'data: {"a":1}\r\rdata: {"a":2}\r\r', [{ a: 1 }, { a: 2 }]],
    ['data without a space', 'data:{"a":1}\n\n', [{ a: 1 }]],
    ['comments, ids and blank events', ': ping\n\nid: 7\nretry: 10\ndata: {"a":1}\n\n\n\n', [{ a: 1 }]],
    ['a byte order mark', '\uFEFFdata: {"a":1}\n\n', [{ a: 1 }]],
    ['data that are not JSON', 'data: hello\n\n', ['hello']],
    ['no chunk of an event without data', 'event: ping\n\ndata:\n\ndata\n\n', []],
    ['no chunk of an event that broke off', 'data: {"a":1}\n\ndata: {"a":2}\n', [{ a: 1 }]],
    [
      'an error that only the name of its event marks',
      'event: error\ndata: {"message":"no"}\n\n',
      [{ type: 'error', error: { message: 'no' } }],
    ],
    [
      'an error that is marked itself',
      'event: error\ndata: {"error":{"message":"no"}}\n\n',
      [{ error: { message: 'no' } }],
    ],
  ])('give %s', (_, text, expected) => {
    expect(chunksIn(bytes(text), events)).toEqual(expected);
  });

  it('are named after the type of a chunk, and end with the terminator of their API', () => {
    expect(new TextDecoder().decode(events.print([{ type: 'ping' }, { a: 1 }]))).toBe(
      'event: ping\ndata: {"type":"ping"}\n\ndata: {"a":1}\n\ndata: [DONE]\n\n',
    );
    expect(new TextDecoder().decode(framingOf({ streamFraming: 'server_sent_events' }).print([{ a: 1 }]))).toBe(
      'data: {"a":1}\n\n',
    );
  });
});

describe('the end of a body', () => {
  it.each([
    ['data: {"a":1}\n\ndata: [DONE]\n\n', true],
    ['data: [DONE]\r\n\r\n', true],
    ['data:[DONE]\n\n: bye\n\n', true],
    ['data: [DONE]\n', false],
    ['data: {"a":"[DONE]"}\n\n', false],
    ['data: {"a":1}\n\n', false],
  ])('%j says whether more follows', (text, isOver) => {
    expect(isBodyOver(Buffer.from(text), 'text/event-stream')).toBe(isOver);
    expect(isBodyOver(Buffer.from(text), 'application/json')).toBe(false);
  });
});

describe('a body that is cut into its chunks', () => {
  const frames = [{ messageStart: { role: 'assistant' } }, { messageStop: { stopReason: 'end_turn' } }];
  it.each<[string, string, (string | Uint8Array)[]]>([
    ['events', 'text/event-stream', ['data: {"a":1}\n\n', ': é\r\n\r\n', 'event: x\r\ndata: 1\r\n\r\n', 'data: 2']],
    ['lines', 'application/x-ndjson; charset=utf-8', ['{"a":"é"}\n', '\n', '{"a":2}\r\n', '{"a":']],
    [
      'frames',
      'application/vnd.amazon.eventstream',
      [...frames.map((frame) => printAwsEvent(frame)), Uint8Array.of(0, 0, 1)],
    ],
    ['one piece of what is no stream', 'application/json', ['{"a":1}\n\n{"b":2}\n\n']],
    ['events of an untold type', '', ['data: 1\n\n', 'data: 2\n\n']],
  ])('gives %s, and byte for byte what it was', (_, contentType, pieces) => {
    const expected = pieces.map((piece) => Buffer.from(piece as string));
    expect([...piecesOf(Buffer.concat(expected), contentType)]).toEqual(expected);
  });

  it('is the same body, whatever its bytes are', () => {
    const types = ['text/event-stream', 'application/x-ndjson', 'application/vnd.amazon.eventstream', 'text/plain'];
    const body = fc.oneof(fc.uint8Array(), fc.string({ unit: fc.constantFrom('\n', '\r', 'a', ':') }).map(bytes));
    const property = fc.property(body, fc.constantFrom(...types), (given, contentType) => {
      const pieces = [...piecesOf(Buffer.from(given), contentType)];
      expect(pieces.every(({ length }) => length > 0)).toBe(true);
      expect(Buffer.concat(pieces)).toEqual(Buffer.from(given));
    });
    fc.assert(property);
  });
});

describe('lines of JSON', () => {
  it.each<[string, string, unknown[]]>([
    ['a chunk a line', '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['the last line without its end', '{"a":1}\r\n\r\n{"a":2}', [{ a: 1 }, { a: 2 }]],
    ['the last line with half of its end', '{"a":1}\r', [{ a: 1 }]],
    ['a line that is not JSON as its text', 'hello\n{"a":1}\n', ['hello', { a: 1 }]],
    ['no chunk of a line that broke off', '{"a":1}\n{"a":', [{ a: 1 }]],
    ['nothing of nothing', '', []],
  ])('give %s', (_, text, expected) => {
    expect(chunksIn(bytes(text), lines)).toEqual(expected);
  });
});

it.each([
  ['server-sent events', events],
  ['lines of JSON', lines],
])('%s give the chunks they were printed from, however the bytes are cut', (_, frames) => {
  const chunk = fc.oneof(
    fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
    fc.record({ type: fc.string({ unit: 'binary', minLength: 1 }) }),
  );
  fc.assert(
    fc.property(fc.array(chunk), fc.array(fc.integer({ min: 1, max: 40 })), (chunks, sizes) => {
      const values = chunks.map((value) => JSON.parse(JSON.stringify(value)) as unknown);
      const body = frames.print(values);
      const reader = frames.reader();
      const read: unknown[] = [];
      let start = 0;
      for (const size of [...sizes, body.length]) {
        read.push(...reader.add(body.subarray(start, start + size)));
        start += size;
      }
      expect([...read, ...reader.end()]).toEqual(values);
    }),
  );
});

it('event streams of AWS give the events they were printed from', () => {
  const events = [{ messageStart: { role: 'assistant' } }, { messageStop: { stopReason: 'end_turn' } }];
  const frames = framingOf({ streamFraming: 'aws_event_stream' });
  expect(chunksIn(frames.print(events), frames)).toEqual(events);
});
