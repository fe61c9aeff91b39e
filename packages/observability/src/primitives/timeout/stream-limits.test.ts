import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { WorkflowContext } from 'tta-dev-primitives';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { blockedClock, socketPair } from './__fixtures__/blocked-loop.ts';
import { clocked, hang, reasonOf, watch } from './__fixtures__/clocked.ts';
import { drip, read, streaming } from './__fixtures__/streams.ts';
import { isTimeoutError } from './timeout-error.ts';
import { TimeoutPrimitive } from './timeout-primitive.ts';

const E1 = new Error('broken');

describe('stream limits', () => {
  it('S1 let a steady stream pass unchanged', async () => {
    const it = clocked();
    const timeout = streaming(() => drip(it, [10, 10, 10]), { firstChunkMs: 50, idleMs: 50, totalMs: 500 });
    const reading = read(it, await timeout.execute(1, it.context));
    expect(timeout.getStats().total).toBe(0); // its outcome is not known yet
    await it.clock.advance(30);
    expect(reading.chunks).toEqual([0, 1, 2]);
    expect(reading.status()).toBe('ended');
    expect(timeout.getStats()).toMatchObject({ total: 1, successes: 1, averageMs: 30 });
    expect(it.clock.pendingTimers).toBe(0);
  });

  it('S2 expire when the first chunk is late', async () => {
    const it = clocked();
    const timeout = streaming(() => drip(it, [300]), { firstChunkMs: 50 });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(50);
    expect(reading.error()).toMatchObject({ phase: 'first_chunk', chunks: 0, elapsedMs: 50, timeoutMs: 50 });
    expect(timeout.getStats()).toMatchObject({ total: 1, failures: 1 });
  });

  it('S2 hold the first chunk to idleMs when it has no limit of its own', async () => {
    const it = clocked();
    const reading = read(it, await streaming(() => drip(it, [300]), { idleMs: 50 }).execute(1, it.context));
    await it.clock.advance(50);
    expect(reading.error()).toMatchObject({ phase: 'idle' });
  });

  it('S3 expire when a later chunk is late', async () => {
    const it = clocked();
    const timeout = streaming(() => drip(it, [5, 5, 300]), { firstChunkMs: 50, idleMs: 40 });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(50);
    expect(reading.chunks).toEqual([0, 1]);
    expect(reading.error()).toMatchObject({ phase: 'idle', chunks: 2, elapsedMs: 50, timeoutMs: 40 });
  });

  it('S4 expire when the stream goes on for too long', async () => {
    const it = clocked();
    const timeout = streaming(() => drip(it, Array(50).fill(10)), { idleMs: 40, totalMs: 105 });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(105);
    expect(reading.error()).toMatchObject({ phase: 'total', chunks: 10, elapsedMs: 105 });
  });

  it('S5 do not bill a slow reader to idleMs', async () => {
    const it = clocked();
    const reading = read(it, await streaming(() => drip(it, [5, 5, 5]), { idleMs: 40 }).execute(1, it.context), 80);
    await it.clock.advance(255);
    expect(reading.status()).toBe('ended');
    expect(reading.chunks).toHaveLength(3);
  });

  it('S6 bill a slow reader to totalMs', async () => {
    const it = clocked();
    const reading = read(it, await streaming(() => drip(it, [5, 5, 5]), { totalMs: 100 }).execute(1, it.context), 80);
    await it.clock.advance(170);
    expect(reading.error()).toMatchObject({ phase: 'total', elapsedMs: 100, chunks: 2 });
  });

  it('totalMs counts from the start of the execution', async () => {
    const it = clocked();
    const timeout = new TimeoutPrimitive(async () => it.after(60, drip(it, [60])), {
      ...{ timeoutMs: 1_000, stream: { totalMs: 100 } },
    });
    const answer = timeout.execute(1, it.context);
    await it.clock.advance(60);
    const reading = read(it, await answer);
    await it.clock.advance(40);
    expect(reading.error()).toMatchObject({ phase: 'total', elapsedMs: 100 });
  });

  it('S7 end with a reader who leaves early', async () => {
    const it = clocked();
    let closed = 0;
    async function* source(): AsyncGenerator<number> {
      try {
        yield* drip(it, [5, 5, 5]);
      } finally {
        closed += 1;
      }
    }
    const timeout = streaming(source, { idleMs: 40, totalMs: 500 });
    const stream = await timeout.execute(1, it.context);
    const leaving = watch(
      (async () => {
        for await (const _ of stream) break;
      })(),
    );
    await it.clock.advance(5);
    expect(leaving.settled?.status).toBe('fulfilled');
    expect(closed).toBe(1);
    expect(it.clock.pendingTimers).toBe(0);
    expect(timeout.getStats()).toMatchObject({ total: 1, cancelled: 1 });
  });

  it("S8 pass the source's own error on", async () => {
    const it = clocked();
    async function* source(): AsyncGenerator<number> {
      yield 1;
      throw E1;
    }
    const timeout = streaming(source, { idleMs: 40 });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(0);
    expect(reading.error()).toBe(E1);
    expect(timeout.getStats()).toMatchObject({ total: 1, errors: 1 });
    expect(it.clock.pendingTimers).toBe(0);
  });

  it('S9 are not impressed by keep-alives', async () => {
    const it = clocked();
    const limits = { idleMs: 40, isProgress: (chunk: unknown) => chunk === 0 };
    const reading = read(it, await streaming(() => drip(it, Array(50).fill(10)), limits).execute(1, it.context));
    await it.clock.advance(50);
    expect(reading.error()).toMatchObject({ phase: 'idle', elapsedMs: 50 });
  });

  it('fail the stream when isProgress gives a promise, which would count as true, and hear its rejection', async () => {
    const it = clocked();
    const isProgress = (): never => Promise.reject(new Error('of isProgress')) as never;
    const timeout = streaming(() => drip(it, [5, 5]), { idleMs: 40, isProgress });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(5);
    expect(reading.error()).toMatchObject({
      name: 'TypeError',
      message: 'TimeoutPrimitive: what stream.isProgress returns must be true or false, but it is a promise',
    });
  });

  it('fail the stream with what isProgress throws', async () => {
    const it = clocked();
    const isProgress = (): boolean => {
      throw E1;
    };
    const timeout = streaming(() => drip(it, [5, 5]), { idleMs: 40, isProgress });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(5);
    expect(reading.error()).toBe(E1);
    expect(timeout.getStats()).toMatchObject({ total: 1, errors: 1 });
  });

  it('S10 cancel a ReadableStream with the error', async () => {
    const it = clocked();
    const reasons: unknown[] = [];
    const source = new ReadableStream({ pull: hang, cancel: (reason) => void reasons.push(reason) });
    const timeout = streaming(() => source, { idleMs: 40 });
    const reading = watch((await timeout.execute(1, it.context)).getReader().read());
    await it.clock.advance(40);
    expect(reasonOf(reading)).toMatchObject({ phase: 'idle' });
    expect(reasons).toEqual([reasonOf(reading)]);
  });

  it('S10 tell a ReadableStream why its reader has left', async () => {
    const it = clocked();
    const reasons: unknown[] = [];
    const source = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
    const timeout = streaming(() => source, { idleMs: 40, totalMs: 80 });
    await (await timeout.execute(1, it.context)).cancel(E1);
    expect(reasons).toEqual([E1]);
    expect(it.clock.pendingTimers).toBe(0);
    expect(timeout.getStats()).toMatchObject({ total: 1, cancelled: 1 });
  });

  it('S10 let a ReadableStream pass unchanged', async () => {
    const it = clocked();
    const timeout = streaming(() => ReadableStream.from(['a', 'b']), { idleMs: 40 });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(0);
    expect(reading.chunks).toEqual(['a', 'b']);
    expect(timeout.getStats()).toMatchObject({ total: 1, successes: 1 });
  });

  it('S11 leave no unhandled rejection when the source fails after all', async () => {
    const it = clocked();
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => it.failAfter(80, E1),
        return: () => Promise.reject(E1),
      }),
    };
    const reading = read(it, await streaming(() => source, { idleMs: 40 }).execute(1, it.context));
    await it.clock.advance(100);
    await turn();
    expect(isTimeoutError(reading.error())).toBe(true);
  });

  it('close the source once, also when its reader leaves after all', async () => {
    const it = clocked();
    let closed = 0;
    const iterator: AsyncIterator<number> = {
      next: hang,
      return: async () => {
        closed += 1;
        return { done: true, value: undefined };
      },
    };
    const source = { [Symbol.asyncIterator]: () => iterator };
    const reader = (await streaming(() => source, { idleMs: 40 }).execute(1, it.context))[Symbol.asyncIterator]();
    watch(reader.next());
    await it.clock.advance(40);
    expect(await reader.return?.()).toEqual({ done: true, value: undefined });
    expect(closed).toBe(1);
  });

  it('C27 throw to the reader instead of ending in silence, and abort the step', async () => {
    using recording = recordingObserver();
    const it = clocked();
    let signal: AbortSignal | undefined;
    const timeout = streaming(
      (context) => {
        signal = context.signal;
        return drip(it, [0, 400]);
      },
      { idleMs: 50 },
    );
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(50);
    expect(reading.error()).toMatchObject({ phase: 'idle', chunks: 1, operation: 'answer' });
    expect(signal?.reason).toBe(reading.error());
    expect(recording.factsOf('timeout.outcome')).toEqual(['timeout']);
    expect(recording.factsOf('timeout.phase')).toEqual(['idle']);
    expect(recording.executions.map(({ kind, ending }) => [kind, ending?.status])).toEqual([
      ['timeout', 'error'],
      ['step', 'cancelled'],
    ]);
    expect(it.clock.pendingTimers).toBe(1); // the source's own
  });

  it('throw again to a reader who reads on', async () => {
    const it = clocked();
    const stream = await streaming(() => drip(it, [300]), { idleMs: 40 }).execute(1, it.context);
    const first = watch(stream.next());
    await it.clock.advance(40);
    const second = watch(stream.next());
    await it.clock.advance(0);
    expect(reasonOf(second)).toBe(reasonOf(first));
  });

  it('state the outcome before the execution has ended', async () => {
    using recording = recordingObserver();
    const it = clocked();
    const reading = read(it, await streaming(() => drip(it, [5]), { idleMs: 40 }).execute(1, it.context));
    await it.clock.advance(5);
    expect(reading.status()).toBe('ended');
    expect(recording.executions[0]?.facts.map(({ name }) => name)).toEqual([
      ...['timeout.operation', 'timeout.limitMs', 'timeout.graceMs', 'timeout.outcome'],
    ]);
    expect(recording.executions[0]?.ending).toEqual({ status: 'success' });
  });

  it('C21 gives a chunk that was ready while the event loop was blocked', async () => {
    const { near, far } = await socketPair();
    const clock = blockedClock();
    const timeout = new TimeoutPrimitive(() => near, { timeoutMs: 1_000, stream: { idleMs: 20 } });
    const reading = read(clocked(), await timeout.execute(1, new WorkflowContext({ clock })));
    await turn();
    far.on('error', () => {}); // reset, where the stream is cut
    far.end('ready');
    clock.jump(60);
    await new Promise((resolve) => near.once('close', resolve));
    await turn();
    expect(reading.status()).toBe('ended');
  });
});

describe('streams keep what they are', () => {
  it('in place, with their other members', async () => {
    const it = clocked();
    class SdkStream {
      readonly controller = new AbortController();
      readonly #chunks = drip(it, [5, 300]);
      [Symbol.asyncIterator](): AsyncIterator<number> {
        return this.#chunks;
      }
    }
    const source = new SdkStream();
    const stream = await streaming(() => source, { idleMs: 40 }).execute(1, it.context);
    expect(stream).toBe(source);
    expect(stream.controller).toBeInstanceOf(AbortController);
    const reading = read(it, stream);
    await it.clock.advance(45);
    expect(reading.error()).toMatchObject({ phase: 'idle' });
  });

  it('limits a frozen stream through a stand-in', async () => {
    const it = clocked();
    const source = Object.freeze({ [Symbol.asyncIterator]: () => drip(it, [300]) });
    const reading = read(it, await streaming(() => source, { idleMs: 40 }).execute(1, it.context));
    await it.clock.advance(40);
    expect(reading.error()).toMatchObject({ phase: 'idle' });
  });

  it('limits a Node.js Readable where it is iterated', async () => {
    const it = clocked();
    const source = new Readable({ read() {} });
    const timeout = streaming(() => source, { idleMs: 40 });
    const reading = read(it, await timeout.execute(1, it.context));
    await it.clock.advance(40);
    expect(reading.error()).toMatchObject({ phase: 'idle' });
    expect(source.destroyed).toBe(true);
    expect(timeout.getStats()).toMatchObject({ total: 1, failures: 1 });
  });

  it('keeps a byte stream one: its reader may bring its own buffer', async () => {
    const body = (): ReadableStream => new Response('hello').body as ReadableStream;
    const stream = await streaming(body, { firstChunkMs: 40, idleMs: 40, totalMs: 80 }).execute(1);
    const { value } = await stream.getReader({ mode: 'byob' }).read(new Uint8Array(3));
    expect(value).toEqual(new TextEncoder().encode('hel'));
  });

  it('limits the body of a response', async () => {
    const it = clocked();
    const source = new Response(new ReadableStream({ pull: hang }), { status: 201 });
    const timeout = new TimeoutPrimitive(() => source, { timeoutMs: 1_000, stream: { idleMs: 40 } });
    const response = await timeout.execute(1, it.context);
    expect(response.status).toBe(201);
    const reading = watch(response.text());
    await it.clock.advance(40);
    expect(reasonOf(reading)).toMatchObject({ phase: 'idle' });
  });

  it('hands over a stream that is locked', async () => {
    const it = clocked();
    const source = new ReadableStream();
    source.getReader();
    const timeout = streaming(() => source, { idleMs: 40 });
    expect(await timeout.execute(1, it.context)).toBe(source);
    expect(timeout.getStats()).toMatchObject({ total: 1, successes: 1 });
  });
});
