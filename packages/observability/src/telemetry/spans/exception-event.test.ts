import type { Span } from '@opentelemetry/api';
import { sequence, step } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { telemetryForTest } from '../../apm/__fixtures__/telemetry-for-test.ts';
import { recordException } from './exception-event.ts';

function recordingSpan() {
  const events: [string, unknown][] = [];
  return { events, addEvent: (name: string, attributes: unknown) => void events.push([name, attributes]) };
}

const WORKFLOW = {};

const asSpan = (span: object): Span => span as Span;

it('says the type of an error, and nothing that it says itself', () => {
  const span = recordingSpan();
  recordException(asSpan(span), WORKFLOW, new RangeError('the prompt was: my secret'), 'RangeError', false);
  expect(span.events).toEqual([['exception', { 'exception.type': 'RangeError' }]]);
});

it('holds the message and the stack when they are wanted', () => {
  const span = recordingSpan();
  recordException(asSpan(span), WORKFLOW, new RangeError('too far'), 'RangeError', true);
  expect(span.events).toMatchObject([
    ['exception', { 'exception.message': 'too far', 'exception.stacktrace': expect.stringContaining('too far') }],
  ]);
});

it('is on the innermost span only, although the error passes through all of them', () => {
  const [inner, outer] = [recordingSpan(), recordingSpan()];
  const error = new Error('broken');
  recordException(asSpan(inner), WORKFLOW, error, 'Error', false);
  recordException(asSpan(outer), WORKFLOW, error, 'Error', false);
  expect([inner.events.length, outer.events.length]).toEqual([1, 0]);
});

it('is in each of the workflows that throw the same error, once', async () => {
  const events: [string, number][] = [];
  const spanProcessor = {
    onStart: () => {},
    onEnd: (span: { name: string; events: readonly object[] }) => void events.push([span.name, span.events.length]),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  await using _ = await telemetryForTest({ traces: { spanProcessors: [spanProcessor] } });
  const shared = new Error('the same one');
  const first = step('first', () => 1);
  const failing = sequence(
    first,
    step('broken', () => Promise.reject(shared)),
  );
  for (let n = 0; n < 3; n += 1) await failing.execute(n).catch(() => {});
  const ofOne = [
    ['first', 0],
    ['broken', 1],
    ['invoke_workflow first > broken', 0],
  ];
  expect(events).toEqual([...ofOne, ...ofOne, ...ofOne]);
});

it('is recorded for a value that is no error, and for one that cannot be looked at', () => {
  const span = recordingSpan();
  const evil = Object.defineProperty(new Error('no'), 'message', {
    get() {
      throw new Error('not for you');
    },
  });
  recordException(asSpan(span), WORKFLOW, 'a text', undefined, true);
  recordException(asSpan(span), WORKFLOW, evil, 'Error', true);
  expect(span.events).toMatchObject([
    ['exception', { 'exception.type': '_OTHER', 'exception.message': 'a text' }],
    ['exception', { 'exception.type': 'Error' }],
  ]);
});
