import { describe, expect, it, vi } from 'vitest';
import { LazyController } from '../abort-source.ts';
import { collect, counting, followed } from './__fixtures__/streams.ts';
import { discardOutput, endOutputWith } from './follow-output.ts';

const REASON = new Error('the caller left');

/** A stream that never ends by itself, and why it was cancelled. */
function endless(): { stream: ReadableStream<number>; reasons: unknown[] } {
  const reasons: unknown[] = [];
  const stream = new ReadableStream<number>({ cancel: (reason) => void reasons.push(reason) }, { highWaterMark: 0 });
  return { stream, reasons };
}

type Shape = (first: ReadableStream<number>, second: ReadableStream<number>) => object;

const SHAPES: readonly (readonly [string, Shape])[] = [
  ['an array', (first, second) => ['text', first, second, null]],
  ['a record', (first, second) => ({ first, second, text: 'text' })],
  ['a record without a prototype', (first, second) => Object.assign(Object.create(null), { first, second })],
  ['an array in an array', (first, second) => [first, [second]]],
  ['settled outcomes', (first, second) => [{ status: 'fulfilled', value: first }, { value: second }]],
  [
    'a record of results',
    (first, second) => ({ one: { status: 200, headers: {}, body: first }, two: { stream: second } }),
  ],
];

describe.each(SHAPES)('streams in %s', (_, shape) => {
  it('end when the source aborts, and each is closed', () => {
    const [first, second] = [endless(), endless()];
    const controller = new LazyController();
    const ended = followed(endOutputWith(shape(first.stream, second.stream), controller));
    expect(ended.ends).toEqual([]);
    controller.abort(REASON);
    expect([first.reasons, second.reasons]).toEqual([[REASON], [REASON]]);
    expect(ended.ends).toEqual([{ kind: 'failed', error: REASON }]);
  });

  it('are closed when nobody will read them', () => {
    const [first, second] = [endless(), endless()];
    discardOutput(shape(first.stream, second.stream), REASON);
    expect([first.reasons, second.reasons]).toEqual([[REASON], [REASON]]);
  });
});

it('ends with the last stream that an array holds', async () => {
  const { output, ends } = followed([counting(1), counting(2)] as const);
  await collect(output[0]);
  expect(ends).toEqual([]);
  await collect(output[1]);
  expect(ends).toEqual([{ kind: 'complete' }]);
});

it('ends as the first stream that did not complete', async () => {
  const { output, ends } = followed([counting(1), counting(2)] as const);
  for await (const _ of output[0]) break;
  await collect(output[1]);
  expect(ends).toEqual([expect.objectContaining({ kind: 'left' })]);
});

it('counts a stream that is held twice once', async () => {
  const stream = counting(1);
  const { ends } = followed([stream, stream]);
  await collect(stream);
  expect(ends).toEqual([{ kind: 'complete' }]);
});

it('hands on the same array with its streams replaced', async () => {
  const streams = [endless().stream, ReadableStream.from([1])];
  const { output } = followed(streams);
  expect(output).toBe(streams);
  expect(await collect(output[1] as ReadableStream<number>)).toEqual([1]);
});

it.each([
  ['array', Object.freeze([ReadableStream.from([1])])],
  ['record', Object.freeze({ own: ReadableStream.from([1]) })],
])('hands on a copy of a frozen %s', async (_, streams) => {
  const { output, ends } = followed(streams);
  for (const stream of Object.values(output)) expect(await collect(stream)).toEqual([1]);
  expect(ends).toEqual([{ kind: 'complete' }]);
});

it('has ended at once if it holds no stream, or holds one too deep, behind a getter, or among too many members', () => {
  const getter = vi.fn(() => counting(1));
  const values = [
    { object: 'chat.completion', choices: [{ message: { content: 'text' } }] },
    [[[counting(1)]]],
    Object.defineProperty({}, 'text', { get: getter, enumerable: true }),
    Array.from({ length: 1_001 }, () => counting(1)),
    Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`key${index}`, counting(1)])),
    new (class {
      readonly own = counting(1);
    })(),
    new Proxy([], {
      get() {
        throw REASON;
      },
    }),
  ];
  for (const value of values) expect(followed(value).ends).toEqual([{ kind: 'complete' }]);
  expect(getter).not.toHaveBeenCalled();
});

it('leaves a stream that is being read when the output is discarded', async () => {
  const { stream, reasons } = endless();
  const reader = stream.getReader();
  discardOutput([stream], REASON);
  expect(reasons).toEqual([]);
  await reader.cancel();
});
