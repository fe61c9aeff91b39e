import { expect, test, vi } from 'vitest';
import { manualClock } from '../testing/index.ts';
import { flowOf } from './followed.ts';
import type { OutputEnd } from './gate.ts';

/** A stream that is closed after a second without a read. */
function unreadStream() {
  const clock = manualClock();
  const cancel = vi.fn();
  let pulls = 0;
  const source = new ReadableStream(
    {
      pull(controller) {
        pulls += 1;
        controller.enqueue(pulls);
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
  const { flow, output } = flowOf(source) as NonNullable<ReturnType<typeof flowOf<ReadableStream<number>>>>;
  const reason = new Error('unread');
  flow.limit({
    unreadMs: 1_000,
    onUnread: () => reason,
    onExpiry: () => new Error('never'),
    owner: 'test',
    clock,
    startedAt: clock.now(),
    unref: true,
  });
  const ends: OutputEnd[] = [];
  flow.add({ onEnd: (end) => ends.push(end) });
  return { clock, cancel, output, reason, ends };
}

/** A limit gives the event loop one more turn before it ends a stream. */
const turn = () => new Promise(setImmediate);

test('a stream that is not read is closed and counts as left', async () => {
  const { clock, cancel, output, reason, ends } = unreadStream();
  const reader = output.getReader();
  await clock.advance(900);
  expect(await reader.read()).toEqual({ done: false, value: 1 });
  await clock.advance(900);
  await turn();
  expect(ends).toEqual([]);
  await clock.advance(100);
  await turn();
  expect(ends).toEqual([{ kind: 'left', reason }]);
  expect(cancel).toHaveBeenCalledWith(reason);
  await expect(reader.read()).rejects.toBe(reason);
  expect(clock.pendingTimers).toBe(0);
});

test('a reader that waits for its source does not leave a stream unread', async () => {
  const clock = manualClock();
  const source = new ReadableStream({}, { highWaterMark: 0 });
  const { flow, output } = flowOf(source) as NonNullable<ReturnType<typeof flowOf<ReadableStream<number>>>>;
  const onUnread = vi.fn();
  flow.limit({ unreadMs: 10, onUnread, onExpiry: vi.fn(), owner: 'test', clock, startedAt: clock.now() });
  void output.getReader().read();
  await clock.advance(100);
  await turn();
  expect(onUnread).not.toHaveBeenCalled();
});
