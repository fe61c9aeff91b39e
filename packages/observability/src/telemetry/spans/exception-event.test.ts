import type { Span } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { recordException } from './exception-event.ts';

function recordingSpan() {
  const events: [string, unknown][] = [];
  return { events, addEvent: (name: string, attributes: unknown) => void events.push([name, attributes]) };
}

const asSpan = (span: object): Span => span as Span;

it('says the type of an error, and nothing that it says itself', () => {
  const span = recordingSpan();
  recordException(asSpan(span), new RangeError('the prompt was: my secret'), 'RangeError', false);
  expect(span.events).toEqual([['exception', { 'exception.type': 'RangeError' }]]);
});

it('holds the message and the stack when they are wanted', () => {
  const span = recordingSpan();
  recordException(asSpan(span), new RangeError('too far'), 'RangeError', true);
  expect(span.events).toMatchObject([
    ['exception', { 'exception.message': 'too far', 'exception.stacktrace': expect.stringContaining('too far') }],
  ]);
});

it('is on the innermost span only, although the error passes through all of them', () => {
  const [inner, outer] = [recordingSpan(), recordingSpan()];
  const error = new Error('broken');
  recordException(asSpan(inner), error, 'Error', false);
  recordException(asSpan(outer), error, 'Error', false);
  expect([inner.events.length, outer.events.length]).toEqual([1, 0]);
});

it('is recorded for a value that is no error, and for one that cannot be looked at', () => {
  const span = recordingSpan();
  const evil = Object.defineProperty(new Error('no'), 'message', {
    get() {
      throw new Error('not for you');
    },
  });
  recordException(asSpan(span), 'a text', undefined, true);
  recordException(asSpan(span), evil, 'Error', true);
  expect(span.events).toMatchObject([
    ['exception', { 'exception.type': '_OTHER', 'exception.message': 'a text' }],
    ['exception', { 'exception.type': 'Error' }],
  ]);
});
