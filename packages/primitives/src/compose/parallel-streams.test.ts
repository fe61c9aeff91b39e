import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { collect, counting } from '../output/__fixtures__/streams.ts';
import { step } from '../primitive.ts';
import { type RecordingObserver, recordingObserver } from '../testing/recording-observer.ts';
import { parallel } from './parallel.ts';

const failure = new Error('the branch failed');

const nextTurn = (): Promise<void> => new Promise(setImmediate);

/** A step that gives a stream of three numbers, and remembers why it was cancelled. */
function streaming(name: string, until?: Promise<void>) {
  const reasons: unknown[] = [];
  const source = step(name, async (_: string) => {
    await until;
    let count = 0;
    return new ReadableStream<number>(
      {
        pull(controller) {
          count += 1;
          if (count <= 3) controller.enqueue(count);
          else controller.close();
        },
        cancel: (reason) => void reasons.push(reason),
      },
      { highWaterMark: 0 },
    );
  });
  return { source, reasons };
}

let recording: RecordingObserver;
const endingOf = (name: string) => recording.executions.find((execution) => execution.name === name)?.ending;

beforeEach(() => {
  recording = recordingObserver();
});
afterEach(() => recording.stop());

test('a stream that lost a race is cancelled, and its execution ends', async () => {
  const gate = Promise.withResolvers<void>();
  const loser = streaming('loser', gate.promise);
  expect(await parallel([step('winner', (_: string) => 'won'), loser.source], { mode: 'race' }).execute('')).toBe(
    'won',
  );
  gate.resolve();
  await nextTurn();
  expect(loser.reasons).toEqual([expect.objectContaining({ name: 'AbortError' })]);
  expect(endingOf('loser')).toMatchObject({ status: 'cancelled' });
});

test('a stream of one branch is cancelled when another branch fails later', async () => {
  const gate = Promise.withResolvers<void>();
  const streamed = streaming('streamed');
  const failing = step('failing', async () => {
    await gate.promise;
    throw failure;
  });
  const answer = parallel([streamed.source, failing]).execute('');
  await nextTurn();
  gate.resolve();
  await expect(answer).rejects.toBe(failure);
  expect(streamed.reasons).toEqual([failure]);
  expect(endingOf('streamed')).toEqual({ status: 'cancelled', error: failure });
});

test.each(['fail-fast', 'settle', 'any', 'race'] as const)(
  'a stream that comes after the caller cancelled in mode %s is cancelled too',
  async (mode) => {
    const gate = Promise.withResolvers<void>();
    const late = streaming('late', gate.promise);
    const controller = new AbortController();
    const answer = parallel([late.source], { mode }).execute('', new WorkflowContext({ signal: controller.signal }));
    await nextTurn();
    controller.abort(failure);
    await expect(answer).rejects.toBe(failure);
    gate.resolve();
    await nextTurn();
    expect(late.reasons).toEqual([failure]);
    expect(endingOf('late')).toEqual({ status: 'cancelled', error: failure });
  },
);

test('an unread generator that lost a race counts as left', async () => {
  const gate = Promise.withResolvers<void>();
  const loser = step('loser', async (_: string) => {
    await gate.promise;
    return counting(3);
  });
  await parallel([step('winner', (_: string) => 1), loser], { mode: 'any' }).execute('');
  gate.resolve();
  await nextTurn();
  expect(endingOf('loser')).toMatchObject({ status: 'cancelled' });
});

test('a Node.js Readable that lost a race is destroyed', async () => {
  const readable = new Readable({ read() {} });
  const gate = Promise.withResolvers<void>();
  const loser = step('loser', (_: string) => gate.promise.then(() => readable));
  await parallel([step('winner', (_: string) => 1), loser], { mode: 'race' }).execute('');
  gate.resolve();
  await nextTurn();
  expect(readable.destroyed).toBe(true);
  expect(endingOf('loser')).toMatchObject({ status: 'cancelled' });
});

test.each(['any', 'race'] as const)('the stream that wins in mode %s is read to its end', async (mode) => {
  const winner = streaming('winner');
  const pending = step('pending', () => new Promise<never>(() => {}));
  const output = await parallel([winner.source, pending], { mode }).execute('');
  expect(await collect(output)).toEqual([1, 2, 3]);
  expect(endingOf('winner')).toEqual({ status: 'success' });
});

test('streams of a parallel that succeeds are all the caller\u2019s', async () => {
  const [first, second] = [streaming('first'), streaming('second')];
  const outputs = await parallel([first.source, second.source]).execute('');
  expect(await Promise.all(outputs.map(collect))).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('a stream that two branches share is kept for the winner', async () => {
  const shared = new ReadableStream<number>({
    start(controller) {
      controller.enqueue(1);
      controller.close();
    },
  });
  const output = await parallel([() => shared, () => shared], { mode: 'race' }).execute('');
  await nextTurn();
  expect(await collect(output)).toEqual([1]);
});
