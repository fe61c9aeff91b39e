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
  type WorkflowPrimitive,
  when,
} from 'tta-dev-primitives';
import { describe, expect, it } from 'vitest';
import { modelCall } from '../llm/index.ts';
import { CachePrimitive } from './cache/cache-primitive.ts';
import { CascadePrimitive } from './cascade/cascade-primitive.ts';
import { RouterPrimitive } from './router/router-primitive.ts';
import { TimeoutPrimitive } from './timeout/timeout-primitive.ts';

type Work = StepFunction<string, unknown>;

const never = (): Promise<never> => new Promise(() => {});

/** Settles when its signal aborts, as `settle` says. */
const onAbort =
  (settle: (resolve: (answer: unknown) => void, reject: (error: unknown) => void) => void): Work =>
  (_input, { signal }) =>
    new Promise((resolve, reject) => signal.addEventListener('abort', () => settle(resolve, reject)));

class APIUserAbortError extends Error {
  override readonly name = 'APIUserAbortError';
}

/** What a step does when its caller leaves. */
const STEPS: Readonly<Record<string, Work>> = {
  'ignores its signal': never,
  'throws the abort of its SDK': onAbort((_, reject) => reject(new APIUserAbortError('Request was aborted.'))),
  'throws an AbortError': onAbort((_, reject) => reject(new DOMException('This operation was aborted', 'AbortError'))),
  'throws an error that may pass': onAbort((_, reject) => reject(Object.assign(new Error('busy'), { status: 503 }))),
  'throws much later': onAbort((_, reject) => setTimeout(reject, 50, new APIUserAbortError('aborted'))),
  'gives a part of its answer': onAbort((resolve) => resolve('a part')),
};

const quick: Work = () => 'quick';
const always = (): boolean => true;

/** Every primitive around a step, at every point where it may wait. */
const PRIMITIVES: Readonly<Record<string, (work: Work) => WorkflowPrimitive<string, unknown>>> = {
  step: (work) => step('work', work),
  sequence: (work) => sequence(quick as StepFunction<string, string>, work),
  when: (work) => when(always, work),
  'when, deciding': (work) => when(never, work),
  switchOn: (work) => switchOn(() => 'a', { a: work }),
  parallel: (work) => parallel([work, quick]),
  'parallel, settle': (work) => parallel([work, quick], { mode: 'settle' }),
  'parallel, any': (work) => parallel([work, work], { mode: 'any' }),
  'parallel, race': (work) => parallel([work, work], { mode: 'race' }),
  'parallel, limited': (work) => parallel([work, work], { concurrency: 1 }),
  retry: (work) => new RetryPrimitive(work),
  fallback: (work) => new FallbackPrimitive(work, [work], { when: always }),
  'fallback, on its alternative': (work) =>
    new FallbackPrimitive(() => Promise.reject(new Error('down')), [work], { when: always }),
  breaker: (work) => new CircuitBreakerPrimitive(work),
  bulkhead: (work) => new BulkheadPrimitive(work, { maxConcurrent: 1 }),
  timeout: (work) => new TimeoutPrimitive(work, { timeoutMs: 60_000, fallback: quick }),
  cache: (work) => new CachePrimitive(work, { operation: 'test', staleIfErrorMs: 60_000 }),
  'model call': (work) => modelCall(work, { model: 'gpt-4o' }),
  router: (work) => {
    const routes = { a: { step: work, model: 'gpt-4o' }, b: { step: work } };
    return new RouterPrimitive(routes, { strategy: () => 'a', defaultRoute: 'a', fallback: { when: always } });
  },
  'router, deciding': (work) => new RouterPrimitive({ a: work }, { strategy: never, defaultRoute: 'a' }),
  cascade: (work) => new CascadePrimitive({ a: work, b: work }, { accept: always }),
  'cascade, on its last stage': (work) => new CascadePrimitive({ a: quick, b: work }, { accept: () => false }),
  'cascade, deciding': (work) => new CascadePrimitive({ a: quick, b: work }, { accept: never }),
};

/** What the caller gets of work that it leaves: within the turn of the event loop in which it leaves. */
async function outcomeOf(work: WorkflowPrimitive<string, unknown>, reason: unknown): Promise<unknown> {
  const controller = new AbortController();
  const running = work.execute('question', new WorkflowContext({ signal: controller.signal }));
  const outcome = running.then(
    (answer) => ({ answer }),
    (error: unknown) => error,
  );
  await new Promise((resolve) => setTimeout(resolve)); // each has begun to wait
  controller.abort(reason);
  return Promise.race([outcome, new Promise((resolve) => setImmediate(resolve, 'it hangs'))]);
}

describe.each(Object.entries(STEPS))('a caller who leaves work that %s', (_what, work) => {
  it.each(Object.entries(PRIMITIVES))('gets its own reason from %s at once', async (_name, around) => {
    for (const reason of [new Error('mine'), 'left', 0, null, new DOMException('mine', 'TimeoutError')]) {
      expect(await outcomeOf(around(work), reason)).toBe(reason);
    }
  });

  it('gets it through any two of them', async () => {
    const reason = new Error('mine');
    for (const [outerName, outer] of Object.entries(PRIMITIVES)) {
      const outcomes = Object.entries(PRIMITIVES).map(async ([innerName, inner]) => {
        const nested: Work = (input, context) => inner(work).execute(input, context);
        return [innerName, (await outcomeOf(outer(nested), reason)) === reason] as const;
      });
      for (const [innerName, isOwn] of await Promise.all(outcomes))
        expect(isOwn, `${outerName}, ${innerName}`).toBe(true);
    }
  });
});

it('a caller who leaves a saga gets its own reason when the step it waits for has ended', async () => {
  const reason = new Error('mine');
  for (const [name, work] of Object.entries(STEPS)) {
    const saga = new CompensationPrimitive([{ do: work, undo: () => {} }]);
    const isWaiting = name === 'ignores its signal' || name === 'throws much later';
    expect(await outcomeOf(saga, reason)).toBe(isWaiting ? 'it hangs' : reason);
  }
});
