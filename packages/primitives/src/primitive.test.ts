import { AsyncLocalStorage } from 'node:async_hooks';
import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { WorkflowContext } from './context.ts';
import {
  asPrimitive,
  ParallelPrimitive,
  type RunningStep,
  SequencePrimitive,
  type Step,
  step,
  WorkflowPrimitive,
} from './primitive.ts';
import { recordingObserver } from './testing/recording-observer.ts';

class Counting extends WorkflowPrimitive<string, string> {
  override readonly kind = 'counting';
  started = 0;
  refusals = 0;

  constructor() {
    super('counting');
  }

  protected run(text: string): string {
    this.started += 1;
    return text;
  }

  protected override refused(): void {
    this.refusals += 1;
  }
}

const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error) => error,
  );

test('executes with a fresh context when none is given', async () => {
  const contexts = new Set<WorkflowContext>();
  const remember = step('remember', (_: null, context) => void contexts.add(context));
  await remember.execute(null);
  await remember.execute(null);
  expect(contexts.size).toBe(2);
});

test('gives the output of synchronous, asynchronous and thenable work', async () => {
  // biome-ignore lint/suspicious/noThenProperty: a thenable is what the step gives here.
  const thenable: PromiseLike<number> = { then: (...handlers) => Promise.resolve(3).then(...handlers) };
  expect(await step('sync', () => 1).execute(null)).toBe(1);
  expect(await step('async', async () => 2).execute(null)).toBe(2);
  expect(await step('thenable', () => thenable).execute(null)).toBe(3);
});

test.each(['unobserved', 'observed'])('throws exactly what the step threw, also synchronously (%s)', async (mode) => {
  using _ = mode === 'observed' ? recordingObserver() : undefined;
  const error = { not: 'even an Error' };
  const failing: Step<null, never>[] = [
    () => {
      throw error;
    },
    () => Promise.reject(error),
  ];
  for (const work of failing) expect(await rejectionOf(asPrimitive(work).execute(null))).toBe(error);
});

test.each(['unobserved', 'observed'])('refuses to start with the very reason of the abort (%s)', async (mode) => {
  using recording = mode === 'observed' ? recordingObserver() : undefined;
  const reason = new Error('the user left');
  const counting = new Counting();
  const context = new WorkflowContext({ signal: AbortSignal.abort(reason) });
  expect(await rejectionOf(counting.execute('x', context))).toBe(reason);
  expect(counting).toMatchObject({ started: 0, refusals: 1 });
  expect(recording?.executions.map(({ ending }) => ending)).toEqual(
    recording && [{ status: 'cancelled', error: reason }],
  );
});

test('is never thenable, so awaiting a primitive gives the primitive', async () => {
  const primitives = [step('a', () => 1), step('a', () => 1).pipe(() => 2), step('a', () => 1).par(() => 2)];
  for (const primitive of primitives) {
    expect('then' in primitive).toBe(false);
    expect(await primitive).toBe(primitive);
  }
});

test('wraps a plain function under its own name, and keeps primitives as they are', () => {
  const primitive = step('named', () => 1);
  expect(asPrimitive(primitive)).toBe(primitive);
  expect(asPrimitive(function greet() {}).name).toBe('greet');
  expect(asPrimitive(() => {}).name).toBe('step');
});

test.each([null, undefined, 'text', {}, 7])('refuses %j as a step', (value) => {
  expect(() => asPrimitive(value as never)).toThrow(/^a step must be a function or a primitive, but it is /);
  expect(() => step('bad', value as never)).toThrow(TypeError);
});

test('refuses a name that is not a string', () => {
  expect(() => step(7 as never, () => 1)).toThrow('step: the name must be a string, but it is number');
});

test('pipes flatten into one sequence on both sides', async () => {
  const inner = step('b', (n: number) => n * 2).pipe(step('c', (n) => n + 1));
  const outer = step('a', (n: number) => n + 1)
    .pipe(inner)
    .pipe(step('d', String));
  expect(outer).toBeInstanceOf(SequencePrimitive);
  expect((outer as SequencePrimitive<number, string>).steps.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  expect(outer.name).toBe('a > b > c > d');
  expect(await outer.execute(1)).toBe('5');
});

test('par flattens on the left and nests on the right', async () => {
  const flat = step('a', (n: number) => n)
    .par((n) => n + 1)
    .par((n) => `${n}`);
  const nested = step('a', (n: number) => n).par(step('b', (n: number) => n).par((n) => n));
  expect(flat).toBeInstanceOf(ParallelPrimitive);
  expect(await flat.execute(1)).toEqual([1, 2, '1']);
  expect(await nested.execute(1)).toEqual([1, [1, 1]]);
});

test('pipe and par leave the primitives they are called on unchanged', async () => {
  const pair = step('a', (n: number) => n).par((n) => n);
  pair.par((n) => n);
  expect(await pair.execute(1)).toEqual([1, 1]);
});

test('may be executed many times at once', async () => {
  const double = step('double', async (n: number) => n * 2).pipe(async (n) => n + 1);
  const outputs = await Promise.all(Array.from({ length: 100 }, (_, n) => double.execute(n)));
  expect(outputs).toEqual(Array.from({ length: 100 }, (_, n) => n * 2 + 1));
});

test('starts the work inside the observer, in its asynchronous context', async () => {
  using recording = recordingObserver();
  const storage = new AsyncLocalStorage<string>();
  const read = step('read', async () => storage.getStore());
  expect(await storage.run('request 1', () => read.execute(null))).toBe('request 1');
  expect(recording.executions).toHaveLength(1);
});

test('states its kind and name to the observer, innermost last', async () => {
  using recording = recordingObserver();
  await step('a', (n: number) => n)
    .pipe(step('b', (n) => n))
    .execute(1);
  expect(recording.executions.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'sequence a > b',
    'step a',
    'step b',
  ]);
  expect(recording.executions.every(({ ending }) => ending?.status === 'success')).toBe(true);
});

test('counts a failure after the abort as cancelled with its reason, even if an SDK throws another error', async () => {
  using recording = recordingObserver();
  const controller = new AbortController();
  const translating = step('translating', async () => {
    controller.abort(new Error('the user left'));
    throw new Error('Request was aborted.');
  });
  await rejectionOf(translating.execute(null, new WorkflowContext({ signal: controller.signal })));
  expect(recording.executions[0]?.ending).toMatchObject({
    status: 'cancelled',
    error: { message: 'the user left' },
  });
});

test('accepts facts stated after the answer was given', async () => {
  using recording = recordingObserver();
  let late: RunningStep | undefined;
  class Late extends WorkflowPrimitive<null, string> {
    protected run(_: null, __: WorkflowContext, running: RunningStep): string {
      late = running;
      return 'answer';
    }
    constructor() {
      super('late');
    }
  }
  await new Late().execute(null);
  late?.note('conditional.branch', 'late');
  expect(recording.executions[0]?.facts).toEqual([{ name: 'conditional.branch', value: 'late' }]);
});

test('leaves no listener on a shared signal after 1,000 executions', async () => {
  const { signal } = new AbortController();
  const workflow = step('a', async (n: number) => n)
    .pipe((n) => n)
    .par(async (n) => n)
    .pipe(([n]) => n);
  const context = new WorkflowContext({ signal });
  for (let count = 0; count < 1_000; count += 1) await workflow.execute(count, context);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test.each<[unknown, string]>([
  [{ tenantId: 'acme' }, 'step: context must be a WorkflowContext, but it is an object'],
  [0, 'step: context must be a WorkflowContext, but it is 0'],
  [null, 'step: context must be a WorkflowContext, but it is null'],
])('rejects an execution whose context is %j', async (context, message) => {
  const work = vi.fn();
  await expect(step('work', work).execute('input', context as never)).rejects.toThrow(new TypeError(message));
  expect(work).not.toHaveBeenCalled();
});
