import { describe, expect, it } from 'vitest';
import { WorkflowContext } from '../../context.ts';
import { manualClock, recordingObserver } from '../../testing/index.ts';
import { type BackoffState, constantBackoff } from './backoff.ts';
import { RetryBudget } from './retry-budget.ts';
import { type RetryOptions, RetryPrimitive } from './retry-primitive.ts';

const DOWN = Object.assign(new Error('down'), { status: 503 });

/** A step that fails so many times, and then gives the number of the attempt. */
function failing(times: number, error: unknown = DOWN): (input: undefined, context: WorkflowContext) => number {
  return (_input, { attempt }) => {
    if (attempt <= times) throw error;
    return attempt;
  };
}

function retrying<O>(work: (input: undefined, context: WorkflowContext) => O, options: RetryOptions = {}) {
  const clock = manualClock();
  const retry = new RetryPrimitive(work, { backoff: constantBackoff(100), operation: 'answer', ...options });
  return { clock, retry, context: new WorkflowContext({ clock }) };
}

describe('a retry', () => {
  it('may try without an end and without a wait', async () => {
    const { clock, retry, context } = retrying(failing(20), { maxAttempts: Infinity, maxDelayMs: 0 });
    const answer = retry.execute(undefined, context);
    await clock.advance(0);
    expect(await answer).toBe(21);
  });

  it('states every error, every wait, and how it ended', async () => {
    using recording = recordingObserver();
    const { clock, retry, context } = retrying(failing(2));
    const answer = retry.execute(undefined, context);
    await clock.advance(200);
    expect(await answer).toBe(3);
    const [execution] = recording.executions;
    expect(execution?.facts).toEqual([
      { name: 'retry.operation', value: 'answer' },
      { name: 'retry.error', value: { attempt: 1, error: DOWN } },
      { name: 'retry.delayMs', value: 100 },
      { name: 'retry.error', value: { attempt: 2, error: DOWN } },
      { name: 'retry.delayMs', value: 100 },
      { name: 'retry.attempts', value: 3 },
      { name: 'retry.outcome', value: 'recovered' },
    ]);
  });

  it.each([
    ['success', failing(0), {}],
    ['exhausted', failing(9), { maxAttempts: 1 }],
    ['not_retryable', failing(9, { status: 400 }), {}],
    ['out_of_time', failing(9), { maxElapsedMs: 50 }],
    ['out_of_time', failing(9, { status: 429, headers: { 'retry-after': '90' } }), {}],
    ['error', failing(9), { retryIf: () => missing() }],
  ] as const)('ends as %s without a wait', async (outcome, work, options) => {
    using recording = recordingObserver();
    const { clock, retry, context } = retrying(work, options);
    await retry.execute(undefined, context).catch(() => {});
    expect(recording.factsOf('retry.outcome')).toEqual([outcome]);
    expect(recording.factsOf('retry.attempts')).toEqual([1]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('stops when the budget that it shares is spent', async () => {
    using recording = recordingObserver();
    const budget = new RetryBudget({ ratio: 0, reserve: 1 });
    const { clock, retry, context } = retrying(failing(9), { budget });
    const answer = retry.execute(undefined, context);
    answer.catch(() => {});
    await clock.advance(100);
    await expect(answer).rejects.toBe(DOWN);
    expect(recording.factsOf('retry.outcome')).toEqual(['out_of_budget']);
  });

  it('earns its share of retries with every call, also with one that succeeds', async () => {
    const budget = new RetryBudget({ ratio: 0.5, reserve: 1 });
    budget.withdraw();
    const { clock, retry, context } = retrying(failing(0), { budget });
    await retry.execute(undefined, context);
    const answer = retrying(failing(1), { budget }).retry.execute(undefined, context);
    await clock.advance(100);
    expect(await answer).toBe(2);
    expect(budget.available).toBe(0);
  });

  it('R1 R2 counts a cancellation once, wherever it comes, and states no error for it', async () => {
    using recording = recordingObserver();
    const reason = new Error('left');
    for (const leaveAfterMs of [0, 50, 130]) {
      const controller = new AbortController();
      const clock = manualClock();
      const retry = new RetryPrimitive(
        async (_input: undefined, { attempt }: WorkflowContext) => {
          if (attempt === 2) await new Promise(() => {});
          throw DOWN;
        },
        { backoff: constantBackoff(100) },
      );
      if (leaveAfterMs === 0) controller.abort(reason);
      const answer = retry.execute(undefined, new WorkflowContext({ clock, signal: controller.signal }));
      answer.catch(() => {});
      await clock.advance(leaveAfterMs);
      controller.abort(reason);
      await expect(answer).rejects.toBe(reason);
      expect(clock.pendingTimers).toBe(0);
    }
    expect(recording.factsOf('retry.outcome')).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(recording.factsOf('retry.attempts')).toEqual([0, 1, 2]);
    expect(recording.factsOf('retry.error')).toHaveLength(2);
  });

  it('R2 ends a stream that comes after its caller has left', async () => {
    let isClosed = false;
    const source = new ReadableStream({
      cancel() {
        isClosed = true;
      },
    });
    const controller = new AbortController();
    const { promise: late, resolve } = Promise.withResolvers<ReadableStream>();
    const retry = new RetryPrimitive(() => late);
    const answer = retry.execute(undefined, new WorkflowContext({ signal: controller.signal }));
    controller.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    resolve(source);
    await late;
    await Promise.resolve();
    expect(isClosed).toBe(true);
  });

  it.each([Number.NaN, -1, '100', undefined])(
    'throws what is wrong with a backoff of %s, instead of storming',
    async (wait) => {
      const { retry, context } = retrying(failing(9), { backoff: () => wait as number });
      await expect(retry.execute(undefined, context)).rejects.toThrow(/^RetryPrimitive: what backoff returns must be/);
    },
  );

  it('throws what a retryIf throws', async () => {
    const mistake = new Error('a mistake in retryIf');
    const retryIf = (): never => {
      throw mistake;
    };
    const { retry, context } = retrying(failing(9), { retryIf });
    await expect(retry.execute(undefined, context)).rejects.toBe(mistake);
  });

  it.each([
    ['retryIf', 'true or false', { retryIf: () => Promise.reject(DOWN) as never }],
    ['backoff', 'a number at least 0 or Infinity', { backoff: () => Promise.reject(DOWN) as never }],
  ])('refuses a promise of %s, and hears its rejection', async (option, allowed, options) => {
    const { retry, context } = retrying(failing(9), options);
    await expect(retry.execute(undefined, context)).rejects.toThrow(
      new TypeError(`RetryPrimitive: what ${option} returns must be ${allowed}, but it is a promise`),
    );
  });

  it('R3 lets a retryIf of its user refuse what the server allows', async () => {
    const allowed = { status: 429, headers: { 'x-should-retry': 'true' } };
    const { retry, context } = retrying(failing(9, allowed), { retryIf: () => false });
    await expect(retry.execute(undefined, context)).rejects.toBe(allowed);
  });

  it('waits for months without an early attempt, and no longer than maxDelayMs', async () => {
    const { clock, retry, context } = retrying(failing(1), { backoff: () => Infinity, maxDelayMs: 2 ** 32 });
    const answer = retry.execute(undefined, context);
    await clock.advance(2 ** 32 - 1);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    expect(await answer).toBe(2);
  });

  it('tells a backoff what it has waited, and what the longest wait is', async () => {
    const states: BackoffState[] = [];
    const backoff = (state: BackoffState): number => {
      states.push(state);
      return 40;
    };
    const { clock, retry, context } = retrying(failing(2), { backoff, maxDelayMs: 500 });
    const answer = retry.execute(undefined, context);
    await clock.advance(80);
    await answer;
    expect(states).toMatchObject([
      { failures: 1, previousMs: 0, maxDelayMs: 500 },
      { failures: 2, previousMs: 40, maxDelayMs: 500 },
    ]);
  });

  it('does not try a stream again that was handed over', async () => {
    let attempts = 0;
    const retry = new RetryPrimitive(async function* () {
      attempts += 1;
      yield 'first';
      throw DOWN;
    });
    const chunks: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const chunk of await retry.execute(undefined)) chunks.push(chunk);
    };
    await expect(reading()).rejects.toBe(DOWN);
    expect({ attempts, chunks }).toEqual({ attempts: 1, chunks: ['first'] });
  });
});

function missing(): boolean {
  throw new TypeError('missing is not a function');
}

describe('a retry of a stream', () => {
  /** Streams that fail before their first chunk so many times. */
  const breaking =
    (times: number) =>
    (_input: undefined, { attempt }: WorkflowContext) =>
      new ReadableStream<number>({
        pull(controller) {
          if (attempt <= times) throw DOWN;
          controller.enqueue(attempt);
          controller.close();
        },
      });

  it('tries again when the stream fails before its first chunk', async () => {
    using recording = recordingObserver();
    const { clock, retry, context } = retrying(breaking(1));
    const answer = retry.execute(undefined, context);
    await clock.advance(100);
    expect(await (await answer).getReader().read()).toEqual({ done: false, value: 2 });
    expect(recording.factsOf('retry.outcome')).toEqual(['recovered']);
  });

  it('rejects with what the stream of the last attempt fails with', async () => {
    const { clock, retry, context } = retrying(breaking(3));
    const answer = retry.execute(undefined, context);
    const outcome = answer.catch((error: unknown) => error);
    await clock.advance(200);
    expect(await outcome).toBe(DOWN);
  });

  it('does not try again once the first chunk has come', async () => {
    let attempts = 0;
    const { retry, context } = retrying(async function* () {
      attempts += 1;
      yield attempts;
      throw DOWN;
    });
    const stream = await retry.execute(undefined, context);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await expect(stream.next()).rejects.toBe(DOWN);
    expect(attempts).toBe(1);
  });

  it('hands it over at once where the first chunk is not to be awaited', async () => {
    const { retry, context } = retrying(() => new ReadableStream({ pull: () => new Promise(() => {}) }), {
      awaitFirstChunk: false,
    });
    expect(await retry.execute(undefined, context)).toBeInstanceOf(ReadableStream);
  });
});
