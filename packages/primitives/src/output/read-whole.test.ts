import { expect, test, vi } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { collect, counting } from './__fixtures__/streams.ts';
import { followWhole, MAX_WHOLE_CHUNKS, readWhole } from './read-whole.ts';

const context = new WorkflowContext();

test('reads a stream to its end, and gives it again in its own form', async () => {
  const iterable = await readWhole(counting(3), context);
  const readable = await readWhole(ReadableStream.from(['a']), context);
  expect([iterable.whole, readable.whole]).toEqual([[1, 2, 3], ['a']]);
  expect(await collect(iterable.give())).toEqual([1, 2, 3]);
  expect(readable.give()).toBeInstanceOf(ReadableStream);
  expect(await collect(readable.give())).toEqual(['a']);
});

test('a value is whole', async () => {
  const { whole, isStream, give } = await readWhole('value', context);
  expect([whole, isStream, give()]).toEqual(['value', false, 'value']);
});

test('a stream that does not end within reason is closed', async () => {
  const cleanUp = vi.fn();
  await expect(readWhole(counting(MAX_WHOLE_CHUNKS + 1, cleanUp), context)).rejects.toThrow(
    `a stream of more than ${MAX_WHOLE_CHUNKS} chunks`,
  );
  expect(cleanUp).toHaveBeenCalledOnce();
});

test('a stream is closed when the work is cancelled while it is read', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  const cancel = vi.fn();
  const source = new ReadableStream({ pull: () => new Promise(() => {}), cancel });
  const reading = readWhole(source, new WorkflowContext({ signal: controller.signal }));
  controller.abort(reason);
  await expect(reading).rejects.toBe(reason);
  expect(cancel).toHaveBeenCalledWith(reason);
});

test('passes the whole output on when it has ended, and does not change it', async () => {
  const onWhole = vi.fn();
  const stream = followWhole(counting(2), onWhole);
  expect(onWhole).not.toHaveBeenCalled();
  await collect(stream);
  expect(followWhole('value', onWhole)).toBe('value');
  expect(onWhole.mock.calls).toEqual([[[1, 2]], ['value']]);
});

test('passes undefined for a stream that its reader left', async () => {
  const onWhole = vi.fn();
  for await (const _ of followWhole(counting(2), onWhole)) break;
  expect(onWhole.mock.calls).toEqual([[undefined]]);
});
