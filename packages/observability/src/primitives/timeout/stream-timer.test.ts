import { setImmediate as turn } from 'node:timers/promises';
import { parallel, step } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it, vi } from 'vitest';
import { block } from './__fixtures__/blocked-loop.ts';
import { clocked, reasonOf, watch } from './__fixtures__/clocked.ts';
import { drip, read, streaming } from './__fixtures__/streams.ts';
import { TimeoutPrimitive } from './timeout-primitive.ts';

describe('stream limits that do not apply', () => {
  it.each([
    ['not_a_stream', 'an answer that is no stream', () => 'whole'],
    ['locked', 'a stream that another reader has locked', () => lockedStream()],
  ])('state %s for %s', async (why, _what, work) => {
    using recording = recordingObserver();
    const timeout = new TimeoutPrimitive<number, unknown>(work, { timeoutMs: 1_000, stream: { idleMs: 40 } });
    await timeout.execute(1);
    expect(recording.factsOf('timeout.streamLimits')).toEqual([why]);
  });

  it('state nothing without limits, or for a stream', async () => {
    using recording = recordingObserver();
    await new TimeoutPrimitive(() => 'whole', { timeoutMs: 1_000 }).execute(1);
    await streaming(() => new ReadableStream(), { idleMs: 40 }).execute(1);
    expect(recording.factsOf('timeout.streamLimits')).toEqual([]);
  });

  it('are a warning once no answer was a stream', async () => {
    const work = step('answer', (input: number) => (input === 1 ? 'whole' : new ReadableStream()));
    const timeout = new TimeoutPrimitive<number, unknown>(work, { timeoutMs: 1_000, stream: { idleMs: 40 } });
    expect(timeout.describe().warnings).toEqual([]);
    await timeout.execute(1);
    expect(timeout.pipe(String).describe().warnings).toEqual([
      'answer has stream limits, but no answer of answer was a stream so far; bound whole answers with timeoutMs, and give ' +
        'stream limits to a step that gives a stream',
    ]);
    await (await (timeout.execute(2) as Promise<ReadableStream>)).cancel();
    expect(timeout.describe().warnings).toEqual([]);
  });

  it('are a warning around steps side by side, which give an array', () => {
    const both = parallel([() => new ReadableStream(), () => new ReadableStream()]);
    const timeout = new TimeoutPrimitive(both, { timeoutMs: 1_000, stream: { idleMs: 40 }, operation: 'both' });
    expect(timeout.describe().warnings[0]).toMatch(/^both has stream limits, but step \| step gives an array; bound/);
  });
});

describe('the timer of stream limits', () => {
  it('is not set for each chunk, however many limits there are', async () => {
    const it = clocked();
    const inner = streaming(() => drip(it, Array(20).fill(10)), { firstChunkMs: 500, idleMs: 500, totalMs: 900 });
    const outer = new TimeoutPrimitive(inner, { timeoutMs: 1_000, stream: { idleMs: 600, totalMs: 950 } });
    const setTimer = vi.spyOn(it.clock, 'setTimer');
    const reading = read(it, await outer.execute(1, it.context));
    await it.clock.advance(200);
    expect(reading.status()).toBe('ended');
    const ofSource = setTimer.mock.calls.filter(([, delayMs]) => delayMs === 10);
    expect(ofSource).toHaveLength(20);
    expect(setTimer.mock.calls.length - ofSource.length).toBeLessThan(8); // two for each execution, and a few instants of the stream
  });

  it('is not set for a stream that is not being read', async () => {
    const it = clocked();
    const stream = await streaming(() => drip(it, [5, 5, 5]), { firstChunkMs: 40, idleMs: 40 }).execute(1, it.context);
    expect(it.clock.pendingTimers).toBe(0);
    const first = watch(stream.next());
    await it.clock.advance(5);
    expect(first.settled?.status).toBe('fulfilled');
    await it.clock.advance(500);
    expect(it.clock.pendingTimers).toBe(0);
    const second = watch(stream.next());
    await it.clock.advance(5);
    expect(second.settled?.status).toBe('fulfilled');
  });

  it('ends a stream that is not being read when its total time is over', async () => {
    const it = clocked();
    const stream = await streaming(() => drip(it, [5]), { totalMs: 100 }).execute(1, it.context);
    await it.clock.advance(100);
    const reading = watch(stream.next());
    await it.clock.advance(0);
    expect(reasonOf(reading)).toMatchObject({ phase: 'total', elapsedMs: 100 });
  });

  it('ends a stream of quick chunks although one is asked for while it fires', async () => {
    const source = async function* (): AsyncGenerator<number> {
      for (let index = 0; index < 5_000; index += 1) {
        await turn();
        yield index;
      }
    };
    const timeout = new TimeoutPrimitive(source, { timeoutMs: 1_000, stream: { totalMs: 40, idleMs: 30 } });
    const reading = (async () => {
      for await (const _ of await timeout.execute(1)) block(2);
    })();
    await expect(reading).rejects.toMatchObject({ phase: 'total' });
  });
});

function lockedStream(): ReadableStream {
  const source = new ReadableStream();
  source.getReader();
  return source;
}
