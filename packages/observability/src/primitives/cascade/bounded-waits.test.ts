import { WorkflowContext } from 'tta-dev-primitives';
import { MAX_WHOLE_CHUNKS } from 'tta-dev-primitives/internal';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { CascadePrimitive } from './cascade-primitive.ts';

const never = (): Promise<never> => new Promise(() => {});
const isGood = ({ text }: { readonly text: string | undefined }) => text === 'good';
const says = (text: string) => (_prompt: string) => text;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const hanging: [string, CascadePrimitive<string, unknown>][] = [
  ['a rule', new CascadePrimitive<string, unknown>({ mini: says('x'), large: says('y') }, { accept: never })],
  [
    'a cheap stage that ignores its signal',
    new CascadePrimitive<string, unknown>({ mini: never, large: says('y') }, { accept: isGood }),
  ],
  [
    'the last stage, which ignores its signal',
    new CascadePrimitive<string, unknown>({ mini: says('x'), large: never }, { accept: isGood }),
  ],
  [
    'the stream of a cheap stage',
    new CascadePrimitive<string, unknown>(
      { mini: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }), large: says('y') },
      { accept: isGood },
    ),
  ],
];

describe('a cascade that waits', () => {
  it.each(hanging)('for %s gives up when its caller does', async (_what, cascade) => {
    const controller = new AbortController();
    const answer = cascade.execute('x', new WorkflowContext({ signal: controller.signal }));
    const reason = new Error('enough');
    await settled();
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });

  it.each(hanging)('for %s gives up when a deadline has passed that nobody else enforces', async (_what, cascade) => {
    const clock = manualClock();
    const answer = cascade.execute('x', new WorkflowContext({ clock, deadline: clock.now() + 100 }));
    const outcome = expect(answer).rejects.toMatchObject({ name: 'TimeoutError' });
    await settled();
    await clock.advance(110);
    await outcome;
  });

  it('aborts the stage and asks no other when that deadline has passed', async () => {
    const clock = manualClock();
    let aborted = false;
    let asked = 0;
    const cascade = new CascadePrimitive<string, unknown>(
      {
        mini: (_prompt, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              aborted = true;
              resolve('bad');
            });
          }),
        large: () => {
          asked += 1;
          return 'y';
        },
      },
      { accept: isGood },
    );
    const answer = cascade.execute('x', new WorkflowContext({ clock, deadline: clock.now() + 100 }));
    const outcome = expect(answer).rejects.toMatchObject({ name: 'TimeoutError' });
    await settled();
    await clock.advance(110);
    await outcome;
    await settled();
    expect([aborted, asked]).toEqual([true, 0]);
    expect(cascade.getStats()).toMatchObject({ total: 1, outcomes: { accepted: 0, escalated: 0 } });
  });

  it('takes a rule that does not come to an end for one that fails, and goes on', async () => {
    const clock = manualClock();
    const cascade = new CascadePrimitive<string, unknown>(
      { mini: says('x'), large: says('y') },
      { accept: never, acceptTimeoutMs: 50 },
    );
    const answer = cascade.execute('x', new WorkflowContext({ clock }));
    await settled();
    await clock.advance(50);
    expect(await answer).toBe('y');
    expect(cascade.getStats().stages['mini']?.rejections).toEqual({ judge_error: 1 });
  });

  it('cancels a stalled ReadableStream of a cheap stage', async () => {
    const controller = new AbortController();
    let cancelled: unknown;
    const stalled = (): ReadableStream => new ReadableStream({ cancel: (reason) => void (cancelled = reason) });
    const cascade = new CascadePrimitive<string, unknown>({ mini: stalled, large: says('y') }, { accept: isGood });
    const answer = cascade.execute('x', new WorkflowContext({ signal: controller.signal }));
    const reason = new Error('enough');
    await settled();
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await settled();
    expect(cancelled).toBe(reason);
  });

  it('passes over a cheap stage whose stream has no end, and leaves it', async () => {
    let isLeft = false;
    const cascade = new CascadePrimitive<string, unknown>(
      {
        mini: async function* () {
          try {
            for (let index = 0; index <= MAX_WHOLE_CHUNKS; index += 1) yield 'x';
          } finally {
            isLeft = true;
          }
        },
        large: says('y'),
      },
      { accept: () => true },
    );
    expect(await cascade.execute('x')).toBe('y');
    expect(isLeft).toBe(true);
  });

  it('keeps the stream of the last stage linked to its caller', async () => {
    const controller = new AbortController();
    const cascade = new CascadePrimitive<string, unknown>(
      {
        mini: says('x'),
        large: async function* (_prompt, { signal }) {
          yield 1;
          signal.throwIfAborted();
          yield 2;
        },
      },
      { accept: isGood },
    );
    const clock = manualClock();
    const context = new WorkflowContext({ clock, deadline: clock.now() + 100, signal: controller.signal });
    const stream = (await cascade.execute('x', context)) as AsyncIterable<unknown>;
    const read = async (): Promise<void> => {
      for await (const _chunk of stream) controller.abort(new Error('enough'));
    };
    await expect(read()).rejects.toThrow('enough');
  });
});
