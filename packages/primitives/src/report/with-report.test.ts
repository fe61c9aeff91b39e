import { expect, test } from 'vitest';
import { parallel } from '../compose/parallel.ts';
import { WorkflowContext } from '../context.ts';
import { type RunningStep, step, WorkflowPrimitive } from '../primitive.ts';
import { BulkheadPrimitive } from '../recovery/bulkhead-primitive.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { recordingObserver } from '../testing/recording-observer.ts';
import { MAX_REST_MS } from './record-tree.ts';
import type { Report } from './report.ts';
import { factsIn, registerSummary } from './summary.ts';
import type { ReportedExecution } from './tree-record.ts';
import { withReport } from './with-report.ts';

/** Topics declare their part of the summary in other packages; here it is registered without a declaration. */
const register = registerSummary as (name: string, read: (executions: readonly ReportedExecution[]) => unknown) => void;

/** States a branch and then does what it is told. */
class Stating<O> extends WorkflowPrimitive<unknown, O> {
  override readonly kind = 'stating';
  readonly #work: (step: RunningStep, context: WorkflowContext) => O | Promise<O>;

  constructor(name: string, work: (step: RunningStep, context: WorkflowContext) => O | Promise<O>) {
    super(name);
    this.#work = work;
  }

  protected run(_: unknown, context: WorkflowContext, running: RunningStep): O | Promise<O> {
    running.note('conditional.branch', this.name);
    return this.#work(running, context);
  }
}

const stating = (name: string): Stating<string> => new Stating(name, () => name);

/** Resolves to whether the report has come, once everything that is ready has run. */
const hasCome = async (report: Promise<Report>): Promise<boolean> => {
  let come = false;
  void report.then(() => {
    come = true;
  });
  await new Promise(setImmediate);
  return come;
};

const namesOf = ({ executions }: Report): unknown =>
  JSON.parse(JSON.stringify(executions, ['kind', 'name', 'executions']));

test('reports the tree of executions with their facts', async () => {
  const { context, report } = withReport();
  await stating('a')
    .pipe(parallel([stating('b'), stating('c')]))
    .execute(null, context);
  const { executions } = await report;
  expect(namesOf(await report)).toEqual([
    {
      kind: 'sequence',
      name: 'a > b | c',
      executions: [
        { kind: 'stating', name: 'a', executions: [] },
        {
          kind: 'parallel',
          name: 'b | c',
          executions: [
            { kind: 'stating', name: 'b', executions: [] },
            { kind: 'stating', name: 'c', executions: [] },
          ],
        },
      ],
    },
  ]);
  expect(factsIn(executions, 'conditional.branch')).toEqual(['a', 'b', 'c']);
  expect(executions[0]?.executions[0]?.facts).toEqual([{ name: 'conditional.branch', value: 'a' }]);
});

test('has the outcome and the duration of each execution', async () => {
  const clock = manualClock();
  const { context, report } = withReport(new WorkflowContext({ clock }));
  await clock.advance(5);
  const error = new Error('busy');
  let calls = 0;
  const flaky = step('flaky', async () => {
    await clock.advance(10);
    calls += 1;
    if (calls === 1) throw error;
    return 'answer';
  });
  const twice = step('twice', (_: null, own) => flaky.execute(null, own).catch(() => flaky.execute(null, own)));
  await twice.execute(null, context);
  const { executions, durationMs } = await report;
  expect(durationMs).toBe(25);
  expect(executions).toMatchObject([
    {
      name: 'twice',
      status: 'success',
      startedMs: 5,
      durationMs: 20,
      executions: [
        { status: 'error', error, startedMs: 5, durationMs: 10 },
        { status: 'success', error: undefined, startedMs: 15, durationMs: 10 },
      ],
    },
  ]);
});

test('comes only after a stream has been read to its end, with the facts stated then', async () => {
  const { context, report } = withReport();
  const streaming = new Stating('stream', async function* chunks({ note }: RunningStep) {
    yield 1;
    note('conditional.branch', 'end');
  });
  const stream = await streaming.execute(null, context);
  expect(await hasCome(report)).toBe(false);
  for await (const _ of stream);
  expect(factsIn((await report).executions, 'conditional.branch')).toEqual(['stream', 'end']);
});

test.each(['resolves', 'rejects'])('waits for work in the background until it %s', async (end) => {
  const { context, report } = withReport();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const writing = new Stating('writing', ({ background }, own) => {
    background(promise, own);
    return 'answer';
  });
  expect(await writing.execute(null, context)).toBe('answer');
  expect(await hasCome(report)).toBe(false);
  if (end === 'resolves') resolve();
  else reject(new Error('the store is down'));
  expect((await report).executions).toHaveLength(1);
});

test('waits for an execution that was begun in a detached context and outlives the answer', async () => {
  const { context, report } = withReport();
  const { promise, resolve } = Promise.withResolvers<string>();
  const refresh = step('refresh', () => promise);
  const serving = step('serving', (_: null, own) => {
    void refresh.execute(null, own.detach('refresh'));
    return 'stale';
  });
  expect(await serving.execute(null, context)).toBe('stale');
  expect(await hasCome(report)).toBe(false);
  resolve('fresh');
  expect(namesOf(await report)).toMatchObject([{ name: 'serving', executions: [{ name: 'refresh' }] }]);
});

test('drops and counts what is stated, and does not record what begins, after the report was given', async () => {
  const { context, report } = withReport();
  let late: RunningStep | undefined;
  await new Stating('early', (running) => {
    late = running;
  }).execute(null, context);
  const given = await report;
  late?.note('conditional.branch', 'late');
  await stating('again').execute(null, context);
  expect(factsIn(given.executions, 'conditional.branch')).toEqual(['early']);
  expect(given.lateFacts).toBe(2);
});

test('gives a report within a report, and the same executions to both', async () => {
  const outer = withReport();
  let inner: Promise<Report> | undefined;
  const asking = step('asking', async (_: null, context) => {
    const own = withReport(context);
    inner = own.report;
    return stating('part').execute(null, own.context);
  });
  await asking.execute(null, outer.context);
  expect(namesOf(await (inner as Promise<Report>))).toMatchObject([{ name: 'part' }]);
  expect(namesOf(await outer.report)).toMatchObject([{ name: 'asking', executions: [{ name: 'part' }] }]);
  expect(factsIn((await outer.report).executions, 'conditional.branch')).toEqual(['part']);
});

test('records beside the observers of the process, which see the same', async () => {
  using recording = recordingObserver();
  const { context, report } = withReport();
  await stating('a').pipe(stating('b')).execute(null, context);
  expect(factsIn((await report).executions, 'conditional.branch')).toEqual(['a', 'b']);
  expect(recording.factsOf('conditional.branch')).toEqual(['a', 'b']);
  expect(recording.executions).toHaveLength(3);
});

test('reports an execution that was refused because its context was aborted', async () => {
  const reason = new Error('the user left');
  const { context, report } = withReport(new WorkflowContext({ signal: AbortSignal.abort(reason) }));
  await expect(stating('a').execute(null, context)).rejects.toBe(reason);
  expect((await report).executions).toMatchObject([{ status: 'cancelled', error: reason }]);
});

test('says on top what topics read from the executions, and leaves out what cannot be read', async () => {
  register('test.branches', (executions) => factsIn(executions, 'conditional.branch'));
  register('test.broken', () => {
    throw new Error('broken');
  });
  const { context, report } = withReport();
  await stating('a').execute(null, context);
  expect(await report).toMatchObject({ 'test.branches': ['a'] });
  expect(await report).not.toHaveProperty('test.broken');
});

test('keeps identity, cancellation, deadline and state of the context', () => {
  const { signal } = new AbortController();
  const original = new WorkflowContext({ tenantId: 'acme', signal, deadline: 5, attempt: 2, causationId: 'cause' });
  const { context } = withReport(original.child('part'));
  const { tenantId, deadline, attempt, name, causationId, workflowId, correlationId, state } = original.child('part');
  expect(context).toMatchObject({ tenantId, deadline, attempt, name, causationId, workflowId, correlationId });
  expect(context.state).toBe(state);
  expect(context.signal).toBe(signal);
});

test('a root keeps that nothing caused it', () => {
  expect(withReport().context.causationId).toBeUndefined();
});

test('a report does not wait for abandoned work that never settles', async () => {
  const clock = manualClock();
  const controller = new AbortController();
  const { context, report } = withReport(new WorkflowContext({ clock, signal: controller.signal }));
  const stuck = new BulkheadPrimitive(new Stating('stuck', () => new Promise(() => {})), { maxConcurrent: 1 });
  const left = stuck.execute(null, context);
  controller.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  await clock.advance(MAX_REST_MS - 1);
  expect(await hasCome(report)).toBe(false);
  await clock.advance(1);
  const [execution] = (await report).executions;
  expect(execution).toMatchObject({ status: 'cancelled', executions: [{ name: 'stuck', status: 'running' }] });
  expect(execution?.executions[0]?.durationMs).toBe(MAX_REST_MS);
});

test.each([[async () => 'an answer'], [{ tenantId: 'acme' }], [null]])('refuses %s, which is no context', (context) => {
  expect(() => withReport(context as never)).toThrow(/^withReport: context must be a WorkflowContext, but it is /);
});

test('a report waits for work as long as what was executed with its context goes on', async () => {
  const clock = manualClock();
  const { context, report } = withReport(new WorkflowContext({ clock }));
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = new Stating('slow', () => promise).execute(null, context);
  await stating('quick').execute(null, context);
  await clock.advance(MAX_REST_MS);
  expect(await hasCome(report)).toBe(false);
  resolve();
  await work;
  expect((await report).executions.map(({ status }) => status)).toEqual(['success', 'success']);
});
