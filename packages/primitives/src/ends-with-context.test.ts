import { getEventListeners } from 'node:events';
import { describe, expect, it, test, vi } from 'vitest';
import { LazyController } from './abort-source.ts';
import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  CompensationPrimitive,
  FallbackPrimitive,
  parallel,
  RetryPrimitive,
  type StepFunction,
  sequence,
  step,
  switchOn,
  WorkflowContext,
  WorkflowPrimitive,
  when,
} from './index.ts';
import { recordingObserver } from './testing/index.ts';

const REASON = new Error('the caller left');
const turn = (): Promise<void> => new Promise(setImmediate);

const hanging = (): Promise<string> => new Promise(() => {});

/** Rejects with an error of its own when its signal aborts, as SDKs do. */
const translating = (_: unknown, { signal }: WorkflowContext): Promise<string> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Request was aborted.')));
  });

class Own extends WorkflowPrimitive<unknown, string> {
  readonly #work: StepFunction<unknown, string>;
  constructor(work: StepFunction<unknown, string>) {
    super('own');
    this.#work = work;
  }
  protected run(input: unknown, context: WorkflowContext): string | PromiseLike<string> {
    return this.#work(input, context);
  }
}

const PRIMITIVES: readonly (readonly [
  string,
  (work: StepFunction<unknown, string>) => WorkflowPrimitive<unknown, unknown>,
])[] = [
  ['a step', (work) => step('step', work)],
  ['a primitive of your own', (work) => new Own(work)],
  ['a sequence', (work) => sequence(step('first', work), (text) => text)],
  ['when', (work) => when(() => true, work)],
  ['a condition', (work) => when(async (_, context) => (await step('c', work).execute(_, context)) === '', hanging)],
  ['switchOn', (work) => switchOn(work, { a: hanging })],
  ['parallel', (work) => parallel([work, work])],
  ['a retry', (work) => new RetryPrimitive(work)],
  ['a fallback', (work) => new FallbackPrimitive(work, [work])],
  ['a circuit breaker', (work) => new CircuitBreakerPrimitive(work)],
  ['a bulkhead', (work) => new BulkheadPrimitive(work, { maxConcurrent: 1 })],
];

function aborting(): { context: WorkflowContext; abort: () => void; listeners: () => number } {
  const controller = new AbortController();
  return {
    context: new WorkflowContext({ signal: controller.signal }),
    abort: () => controller.abort(REASON),
    listeners: () => getEventListeners(controller.signal, 'abort').length,
  };
}

describe.each([
  ['ignores its signal', hanging],
  ['rejects with an error of its own', translating],
])('work that %s', (_title, work) => {
  it.each(PRIMITIVES)('is left at once with the very reason by %s', async (_name, make) => {
    const { context, abort } = aborting();
    const answer = make(work).execute(null, context);
    await turn();
    abort();
    const outcome = await Promise.race([answer.catch((error: unknown) => error), turn()]);
    expect(outcome).toBe(REASON);
  });
});

test('a saga waits for its step, undoes it, and rejects with the reason', async () => {
  const { context, abort, listeners } = aborting();
  const work = Promise.withResolvers<string>();
  const undo = vi.fn();
  const answer = new CompensationPrimitive([{ do: () => work.promise, undo }]).execute(null, context);
  await turn();
  abort();
  await turn();
  expect(undo).not.toHaveBeenCalled();
  work.resolve('done');
  await expect(answer).rejects.toBe(REASON);
  expect(undo).toHaveBeenCalledOnce();
  expect(listeners()).toBe(0);
});

test('a bulkhead keeps the place of work that runs on after its caller has left', async () => {
  const { context, abort } = aborting();
  const work = Promise.withResolvers<string>();
  const bulkhead = new BulkheadPrimitive(() => work.promise, { maxConcurrent: 1 });
  const answer = bulkhead.execute(null, context);
  await turn();
  abort();
  await expect(answer).rejects.toBe(REASON);
  expect(bulkhead.getStats().running).toBe(1);
  work.resolve('late');
  await turn();
  expect(bulkhead.getStats().running).toBe(0);
});

test('a step that throws after its context was aborted is rejected with the reason', async () => {
  const { context, abort } = aborting();
  const failing = step('failing', (): string => {
    abort();
    throw new Error('Request was aborted.');
  });
  await expect(failing.execute(null, context)).rejects.toBe(REASON);
});

test('a stream that comes after its caller has left is closed', async () => {
  const { context, abort } = aborting();
  const late = Promise.withResolvers<ReadableStream>();
  const cancel = vi.fn();
  const answer = step('late', () => late.promise).execute(null, context);
  abort();
  await expect(answer).rejects.toBe(REASON);
  late.resolve(new ReadableStream({ cancel }));
  await turn();
  expect(cancel).toHaveBeenCalledWith(REASON);
});

const PRIMITIVES_OF_STREAMS: readonly (readonly [
  string,
  (work: StepFunction<unknown, ReadableStream>) => WorkflowPrimitive<unknown, unknown>,
])[] = [
  ['a sequence', (work) => sequence(() => 'first', work)],
  ['when', (work) => when(() => true, work)],
  ['parallel', (work) => parallel([work])],
  ['a retry', (work) => new RetryPrimitive(work, { awaitFirstChunk: false })],
  ['a fallback', (work) => new FallbackPrimitive(work, [work], { awaitFirstChunk: false })],
  ['a circuit breaker', (work) => new CircuitBreakerPrimitive(work)],
  ['a bulkhead', (work) => new BulkheadPrimitive(work, { maxConcurrent: 1 })],
  ['a saga', (work) => new CompensationPrimitive([{ do: work }])],
];

const STREAMS: readonly (readonly [string, () => object])[] = [
  ['a stream', () => new ReadableStream({ pull: (controller) => controller.enqueue(1) })],
  ['a response', () => new Response('hello')],
  ['a result that holds a stream', () => ({ stream: new ReadableStream({}) })],
];

describe.each(['observed', 'not observed'])('an execution that is %s', (title) => {
  it.each(STREAMS)('ends %s that was handed over when its context aborts', async (_name, make) => {
    using recording = title === 'observed' ? recordingObserver() : undefined;
    const { context, abort, listeners } = aborting();
    const output = await step('make', make).execute(null, context);
    expect(listeners()).toBe(1);
    abort();
    const { stream = output } = output as { stream?: object };
    const reading = stream instanceof Response ? stream.text() : (stream as ReadableStream).getReader().read();
    await expect(reading).rejects.toBe(REASON);
    expect(listeners()).toBe(0);
    if (recording !== undefined) {
      expect(recording.executions.map(({ ending }) => ending)).toEqual([{ status: 'cancelled', error: REASON }]);
    }
  });
});

test.each(PRIMITIVES_OF_STREAMS)('a stream that %s gave is closed when its context aborts', async (_name, make) => {
  const { context, abort, listeners } = aborting();
  const cancel = vi.fn();
  await make(() => new ReadableStream({ cancel })).execute(null, context);
  abort();
  await turn();
  expect(cancel).toHaveBeenCalledExactlyOnceWith(REASON);
  expect(listeners()).toBe(0);
});

test('work of an owner that awaits it goes on after the abort, and so does its stream', async () => {
  const owner = new LazyController({ awaitsWork: true });
  const context = new WorkflowContext({ abortSource: owner });
  const work = Promise.withResolvers<AsyncGenerator<number>>();
  const answer = step('owned', () => work.promise).execute(null, context);
  owner.abort(REASON);
  work.resolve(
    (async function* () {
      yield 1;
    })(),
  );
  const stream = await answer;
  expect(await stream.next()).toEqual({ done: false, value: 1 });
});

test('ten thousand streams that callers walk away from leave no place and no permit behind', async () => {
  let open = 0;
  const make = (): ReadableStream => {
    open += 1;
    return new ReadableStream({ cancel: () => void (open -= 1) });
  };
  const bulkhead = new BulkheadPrimitive(make, { maxConcurrent: 10_000 });
  const breaker = new CircuitBreakerPrimitive(bulkhead);
  using recording = recordingObserver();
  const callers = Array.from({ length: 10_000 }, aborting);
  for (const { context } of callers) await breaker.execute(null, context);
  expect([open, bulkhead.getStats().running]).toEqual([10_000, 10_000]);
  for (const { abort } of callers) abort();
  await turn();
  expect([open, bulkhead.getStats().running, breaker.getStats().cancelled]).toEqual([0, 0, 10_000]);
  expect(callers.every(({ listeners }) => listeners() === 0)).toBe(true);
  expect(recording.executions.filter(({ ending }) => ending?.status !== 'cancelled')).toEqual([]);
});
