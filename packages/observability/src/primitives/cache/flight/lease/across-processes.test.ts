import { WorkflowContext } from 'tta-dev-primitives';
import { type ManualClock, manualClock, recordingObserver } from 'tta-dev-primitives/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ANSWER_USD, CHUNKS, chatAnswer } from '../../__fixtures__/chat.ts';
import { FakeProcess, SharedServer } from '../../__fixtures__/shared-store.ts';
import type { CacheOptions } from '../../cache-options.ts';
import { CachePrimitive } from '../../cache-primitive.ts';
import { markGuarded } from '../../store/store.ts';

let clock: ManualClock;
let server: SharedServer;

beforeEach(() => {
  clock = manualClock();
  server = new SharedServer(clock);
});

const REQUEST = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is a monoid?' }] };

/** A process of its own with a cache around a step that takes ten seconds. */
function processWith(step: (context: WorkflowContext) => unknown, options: CacheOptions<object> = {}) {
  const process = new FakeProcess(server, clock);
  const called = vi.fn(async (_input: object, context: WorkflowContext) => {
    await new Promise<void>((resolve, reject) => {
      process.clock.setTimer(resolve, 10_000);
      context.onAbort(reject);
    });
    return step(context);
  });
  const cache = new CachePrimitive(called, { operation: 'chat', store: markGuarded(process.store), ...options });
  const execute = (init: { readonly signal?: AbortSignal } = {}): Promise<unknown> =>
    cache.execute(REQUEST, new WorkflowContext({ clock: process.clock, ...init })).catch((error: unknown) => error);
  return { process, cache, step: called, execute };
}

const callsOf = (processes: readonly { readonly step: { readonly mock: { readonly calls: unknown[] } } }[]): number =>
  processes.reduce((sum, { step }) => sum + step.mock.calls.length, 0);

describe('processes that share a store', () => {
  it('share one call: its caller has missed, everybody else is coalesced and has saved a call', async () => {
    using recording = recordingObserver();
    const processes = Array.from({ length: 4 }, () => processWith(() => chatAnswer('A monoid.')));
    const answers = processes.flatMap(({ execute }) => Array.from({ length: 25 }, () => execute()));
    await clock.advance(10_200);
    expect(await Promise.all(answers)).toEqual(answers.map(() => chatAnswer('A monoid.')));
    expect(callsOf(processes)).toBe(1);
    const stats = processes.map(({ cache }) => cache.getStats());
    const sum = (name: 'hits' | 'misses' | 'coalesced' | 'costSavingsUsd'): number =>
      stats.reduce((total, each) => total + each[name], 0);
    expect([sum('misses'), sum('hits'), sum('coalesced')]).toEqual([1, 99, 99]);
    expect(sum('costSavingsUsd')).toBeCloseTo(99 * ANSWER_USD, 12);
    expect(new Set(recording.factsOf('cache.savedUsd').map(({ source }) => source))).toEqual(new Set(['coalesced']));
    expect(recording.factsOf('cache.lease').toSorted()).toEqual(['answered', 'answered', 'answered', 'held']);
    expect(server.keys.filter((key) => key.startsWith('lease:'))).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('wait for one call at most where their steps give bytes, which only the first call of each shows', async () => {
    using recording = recordingObserver();
    const processes = Array.from({ length: 4 }, () => processWith(() => Response.json(chatAnswer('A monoid.'))));
    const read = async ({ execute }: (typeof processes)[number]) => ((await execute()) as Response).json();
    const answers = processes.map(read);
    await clock.advance(10_200);
    await clock.advance(10_200);
    expect(await Promise.all(answers)).toEqual(answers.map(() => chatAnswer('A monoid.')));
    expect(recording.factsOf('cache.lease')).toEqual(['held', 'uncacheable', 'uncacheable', 'uncacheable']);
    await Promise.all(processes.map(read));
    expect(callsOf(processes)).toBe(4);
  });

  it('answer the caller of the holder before the answer is stored', async () => {
    const { execute } = processWith(() => 'answer');
    const answer = execute();
    await clock.advance(9_000);
    server.trouble = (operation) => (operation === 'set' ? new Promise(() => {}) : undefined);
    await clock.advance(1_000);
    expect(await answer).toBe('answer');
  });

  it('keep an answer found while the lease was taken as a plain hit', async () => {
    using recording = recordingObserver();
    const first = processWith(() => 'answer');
    const answer = first.execute();
    await clock.advance(10_100);
    await answer;
    const late = processWith(() => 'another');
    server.trouble = raceOnce(server);
    const hit = late.execute();
    await clock.advance(100);
    expect(await hit).toBe('answer');
    expect(late.step).not.toHaveBeenCalled();
    expect(recording.factsOf('cache.outcome')).toEqual(['miss', 'hit']);
    expect(server.keys).toHaveLength(1);
  });

  it('ask nobody for a lease on a hit, and one round trip on a miss', async () => {
    const { execute } = processWith(() => 'answer');
    const answer = execute();
    await clock.advance(10_000);
    await answer;
    expect(server.asked).toMatchObject({ get: 1, setIfAbsent: 1, getMany: 1, set: 1, deleteIf: 1 });
    await execute();
    expect(server.asked).toMatchObject({ get: 2, setIfAbsent: 1, getMany: 1 });
  });

  it('F17 take over from one that was lost: the step is started once more, and two seconds late', async () => {
    using recording = recordingObserver();
    const lost = processWith(() => 'lost');
    void lost.execute();
    await clock.advance(0);
    const others = Array.from({ length: 3 }, () => processWith(() => 'answer'));
    const answers = others.map(({ execute }) => execute());
    await clock.advance(1_000);
    lost.process.isLost = true;
    await clock.advance(2_200 + 10_000);
    expect(await Promise.all(answers)).toEqual(['answer', 'answer', 'answer']);
    expect(callsOf([lost, ...others])).toBe(2);
    expect(recording.factsOf('cache.leaseExpired')).toEqual([true]);
  });

  it('call one after the other when the step fails, and each caller gets the error of its own process', async () => {
    const failing = (name: string) =>
      processWith(() => {
        throw new Error(name);
      });
    const processes = [failing('first'), failing('second')];
    const answers = processes.flatMap(({ execute }) => [execute(), execute()]);
    await clock.advance(10_000);
    await clock.advance(200);
    expect(callsOf(processes)).toBe(2);
    await clock.advance(10_000);
    const errors = (await Promise.all(answers)) as Error[];
    expect(errors.map(({ message }) => message)).toEqual(['first', 'first', 'second', 'second']);
    expect(errors[0]).toBe(errors[1]);
  });

  it('call at once when the answer of another one cannot be stored', async () => {
    const processes = Array.from({ length: 5 }, () =>
      processWith(() => chatAnswer('cut', { finish_reason: 'length' })),
    );
    const answers = processes.map(({ execute }) => execute());
    await clock.advance(10_000);
    await clock.advance(200);
    expect(callsOf(processes)).toBe(5);
    await clock.advance(10_000);
    expect(await Promise.all(answers)).toHaveLength(5);
  });

  it('give up a lease when everybody has left, so that another one goes on', async () => {
    const first = processWith(() => 'first');
    const controller = new AbortController();
    const left = first.execute({ signal: controller.signal });
    await clock.advance(0);
    const second = processWith(() => 'second');
    const answer = second.execute();
    await clock.advance(3_000);
    controller.abort('enough');
    expect(await left).toBe('enough');
    await clock.advance(200 + 10_000);
    expect(await answer).toBe('second');
  });

  it('release a caller that leaves while it waits, without a call', async () => {
    void processWith(() => 'first').execute();
    await clock.advance(0);
    const second = processWith(() => 'second');
    const controller = new AbortController();
    const left = second.execute({ signal: controller.signal });
    await clock.advance(3_000);
    controller.abort('enough');
    expect(await left).toBe('enough');
    await clock.advance(20_000);
    expect(second.step).not.toHaveBeenCalled();
    expect(second.cache.getStats()).toMatchObject({ misses: 1, hits: 0 });
  });

  it('open a stream of their own when one of another process takes long', async () => {
    const first = processWith(async function* () {
      yield* CHUNKS;
    } as never);
    void first.execute();
    await clock.advance(0);
    const second = processWith(() => 'second', { lease: { streamWaitMs: 500 } });
    const answer = second.execute();
    await clock.advance(10_000);
    expect(second.step).not.toHaveBeenCalled();
    await clock.advance(700);
    expect(second.step).toHaveBeenCalledTimes(1);
    await clock.advance(10_000);
    expect(await answer).toBe('second');
  });

  it('replay a stream that another process has read to its end', async () => {
    const first = processWith(async function* () {
      yield* CHUNKS;
    } as never);
    const stream = first.execute();
    await clock.advance(0);
    const second = processWith(() => 'second');
    const answer = second.execute();
    await clock.advance(10_000);
    expect(await chunksOf(await stream)).toEqual(CHUNKS);
    await clock.advance(200);
    expect(await chunksOf(await answer)).toEqual(CHUNKS);
    expect(second.step).not.toHaveBeenCalled();
    expect(second.cache.getStats()).toMatchObject({ coalesced: 1 });
  });

  it.each([
    ['leases are turned off', { lease: false }],
    ['waiting is', { lease: { waitMs: 0 } }],
  ] as const)('call each when %s', async (_title, options) => {
    const processes = Array.from({ length: 3 }, () => processWith(() => 'answer', options));
    const answers = processes.map(({ execute }) => execute());
    await clock.advance(10_000);
    expect(await Promise.all(answers)).toEqual(['answer', 'answer', 'answer']);
    expect(callsOf(processes)).toBe(3);
  });

  it('never wait for a store that cannot be used', async () => {
    server.trouble = () => {
      throw new Error('the connection is lost');
    };
    const processes = Array.from({ length: 3 }, () => processWith(() => 'answer'));
    const answers = processes.map(({ execute }) => execute());
    await clock.advance(0);
    expect(callsOf(processes)).toBe(3);
    await clock.advance(10_000);
    expect(await Promise.all(answers)).toEqual(['answer', 'answer', 'answer']);
  });
});

describe('the lease option', () => {
  it.each([
    ['lease', true],
    ['lease.ttlMs', { ttlMs: 99 }],
    ['lease.ttlMs', { ttlMs: '2s' }],
    ['lease.waitMs', { waitMs: -1 }],
    ['lease.streamWaitMs', { streamWaitMs: Number.NaN }],
  ])('is refused by name: %s', (name, lease) => {
    expect(() => new CachePrimitive(() => 1, { lease: lease as never })).toThrow(`CachePrimitive: ${name} must be`);
  });
});

/** Hides the one entry from the lookup, as if it had been stored right after that. */
function raceOnce(shared: SharedServer): (operation: string) => void {
  const [key = ''] = shared.keys;
  const entry = shared.read(key) ?? '';
  shared.remove(key);
  return (operation) => {
    if (operation === 'setIfAbsent') shared.write(key, entry, 60_000);
  };
}

async function chunksOf(stream: unknown): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream as AsyncIterable<unknown>) chunks.push(chunk);
  return chunks;
}
