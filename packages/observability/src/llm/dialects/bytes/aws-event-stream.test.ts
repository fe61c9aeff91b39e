import { expect, it } from 'vitest';
import { EventStreamParser, printEventStreamMessage } from './aws-event-stream.ts';
import { AwsEventParser, printAwsEvent } from './aws-events.ts';

const EVENTS = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Größe' } } },
  { messageStop: { stopReason: 'end_turn' } },
  { modelStreamErrorException: { message: 'gone' } },
];

const bytesOf = (...events: object[]): Uint8Array => Buffer.concat(events.map((event) => printAwsEvent(event)));

it.each([1, 7, 64, 4096])('gives the same events when the bytes come in pieces of %i', (size) => {
  const bytes = bytesOf(...EVENTS);
  const parser = new AwsEventParser();
  const events: object[] = [];
  for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)));
  expect(events).toEqual(EVENTS);
  expect(parser.isInEvent).toBe(false);
});

it('knows that the bytes end within an event', () => {
  const parser = new AwsEventParser();
  expect(parser.push(bytesOf(...EVENTS).subarray(0, -3))).toHaveLength(3);
  expect(parser.isInEvent).toBe(true);
});

it('keeps what it was given when the caller uses its buffer again', () => {
  const parser = new AwsEventParser();
  const bytes = bytesOf({ messageStart: { role: 'assistant' } });
  const buffer = Buffer.from(bytes.subarray(0, 20));
  expect(parser.push(buffer)).toEqual([]);
  buffer.fill(0);
  expect(parser.push(bytes.subarray(20))).toEqual([{ messageStart: { role: 'assistant' } }]);
});

it('unwraps the chunks of InvokeModel, and drops the padding of events', () => {
  const padded = { contentBlockStop: { contentBlockIndex: 0, p: 'abcdef' } };
  const parser = new AwsEventParser();
  expect(parser.push(printAwsEvent({ type: 'message_stop' }, true))).toEqual([{ type: 'message_stop' }]);
  expect(parser.push(bytesOf(padded))).toEqual([{ contentBlockStop: { contentBlockIndex: 0 } }]);
});

it('gives an error of the transport as an error', () => {
  const headers = { ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'gone' };
  const message = printEventStreamMessage({ headers, payload: new Uint8Array(0) });
  expect(new AwsEventParser().push(message)).toEqual([{ error: { code: 'InternalError', message: 'gone' } }]);
});

it.each([
  ['prelude', 2],
  ['prelude', 9],
  ['message', 20],
  ['message', -1],
])('refuses bytes whose %s was changed at %i', (part, at) => {
  const bytes = Buffer.from(bytesOf({ messageStart: { role: 'assistant' } }));
  bytes.writeUInt8((bytes.at(at) ?? 0) ^ 1, at < 0 ? bytes.length + at : at);
  expect(() => new EventStreamParser().push(bytes)).toThrow(`the checksum of a ${part} differs`);
});

it('refuses bytes that are no event stream', () => {
  expect(() => new EventStreamParser().push(Buffer.from('{"error":"not an event stream"}'))).toThrow('checksum');
});
