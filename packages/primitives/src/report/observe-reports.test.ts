import { afterEach, expect, test } from 'vitest';
import { parallel } from '../compose/parallel.ts';
import { WorkflowContext } from '../context.ts';
import { step } from '../primitive.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { recordingObserver } from '../testing/recording-observer.ts';
import { observeReports, type ReportObserver } from './observe-reports.ts';
import { MAX_EXECUTIONS } from './record-tree.ts';
import { requestOf } from './recorded.ts';
import type { RequestRecord } from './report.ts';
import { withReport } from './with-report.ts';

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The records of every request from now on, until the test ends. */
const records = (more: Partial<ReportObserver> = {}): RequestRecord[] => {
  const given: RequestRecord[] = [];
  stops.push(observeReports({ onReport: (record) => given.push(record), ...more }));
  return given;
};

const double = step('double', (n: number) => n * 2);

test('gives one record for each execution that no other execution made', async () => {
  const given = records();
  await double.pipe(parallel([double, double])).execute(1);
  await double.execute(1);
  expect(given.map(({ request, executions }) => [request.name, executions.length])).toEqual([
    ['double > double | double', 1],
    ['double', 1],
  ]);
  expect(given[0]?.executions[0]?.executions[1]?.executions).toHaveLength(2);
});

test('says whose work it was, and when it began', async () => {
  const given = records();
  const clock = manualClock();
  const tags = { team: 'search' };
  const context = new WorkflowContext({ clock, tenantId: 'acme', userId: 'u1', workflowId: 'w1', tags });
  await double.execute(1, context);
  await double.execute(1, context);
  const who = { tenantId: 'acme', userId: 'u1', workflowId: 'w1', tags, startedAtMs: clock.epochMs(), kind: 'step' };
  expect(given.map(({ request }) => request)).toMatchObject([who, who]);
  expect(new Set(given.map(({ request }) => request.id)).size).toBe(2);
});

test('gives one record for all executions made with one context of withReport, the same as its report', async () => {
  const given = records();
  const { context, report } = withReport();
  await Promise.all([double.execute(1, context), double.execute(2, context)]);
  const { request, executions } = await report;
  expect(given).toMatchObject([{ request, executions }]);
});

test('gives no record of its own for a report within a request', async () => {
  const given = records();
  const outer = step('outer', (n: number, context) => double.execute(n, withReport(context).context));
  await outer.execute(1);
  expect(given.map(({ request }) => request.name)).toEqual(['outer']);
});

test('gives a record of what is executed with a context whose report was given already', async () => {
  const given = records();
  const { context, report } = withReport();
  await double.execute(1, context);
  await report;
  await double.execute(1, context);
  expect(given).toHaveLength(2);
});

test('gives the record of a stream when it has really ended', async () => {
  const given = records();
  const stream = await step('stream', async function* chunks() {
    yield 1;
  }).execute(null);
  expect(given).toEqual([]);
  for await (const _ of stream);
  expect(given).toMatchObject([{ executions: [{ name: 'stream', status: 'success' }] }]);
});

test('tells when a request begins, and what is known of it while it runs', async () => {
  const states: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<number>();
  let read: (() => RequestRecord) | undefined;
  const given = records({
    onStart(started) {
      read = started.read;
      states.push(started.request.name);
    },
  });
  const slow = step('slow', () => promise).execute(null);
  expect(read?.().executions).toMatchObject([{ name: 'slow', status: 'running' }]);
  resolve(1);
  await slow;
  expect(states).toEqual(['slow']);
  expect(given[0]?.request).toBe(read?.().request);
});

test('sees the same beside the observers of the process', async () => {
  using recording = recordingObserver();
  const given = records();
  await double.pipe(double).execute(1);
  expect(recording.executions).toHaveLength(3);
  expect(given).toMatchObject([{ executions: [{ executions: [{ name: 'double' }, { name: 'double' }] }] }]);
});

test('fails no work, and reports what an observer throws or rejects with', async () => {
  const errors: unknown[] = [];
  const broken = (): never => {
    throw new Error('broken');
  };
  stops.push(observeReports({ onStart: broken, onReport: broken }, { onError: (error) => errors.push(error) }));
  stops.push(observeReports({ onReport: async () => broken() }));
  const given = records();
  expect(await double.execute(1)).toBe(2);
  expect(errors).toEqual([new Error('broken'), new Error('broken')]);
  expect(given).toHaveLength(1);
});

test('does not report what an observer itself executes', async () => {
  const given = records();
  stops.push(observeReports({ onReport: () => void double.execute(1) }));
  await double.execute(1);
  await double.execute(1);
  expect(given).toHaveLength(2);
});

test('ends when it is stopped', async () => {
  const given: RequestRecord[] = [];
  const stop = observeReports({ onReport: (record) => given.push(record) });
  stop();
  await double.execute(1);
  expect(given).toEqual([]);
});

test('keeps so many executions of one request, and counts the others', async () => {
  const given = records();
  const loop = step('loop', async (_: null, context) => {
    for (let turn = 0; turn < MAX_EXECUTIONS + 5; turn += 1) await double.execute(turn, context);
  });
  await loop.execute(null);
  expect(given[0]?.executions[0]?.executions).toHaveLength(MAX_EXECUTIONS - 1);
  expect(given[0]?.omitted).toBe(6);
});

test('refuses an observer without onReport, or with an onStart that is not a function', () => {
  expect(() => observeReports({} as ReportObserver)).toThrow(
    'observeReports: observer must be an object with onReport, but it is an object',
  );
  expect(() => observeReports({ onStart: 1, onReport() {} } as never)).toThrow(TypeError);
});

test('gives the request of a context to what runs with it, the same as in the record', async () => {
  const given = records();
  const asked: unknown[] = [];
  const asking = step(
    'asking',
    (_: null, context) => void asked.push(requestOf(context), requestOf(context.child('a'))),
  );
  await asking.execute(null, withReport().context.child('part'));
  const inner = step('inner', (_: null, context) => asking.execute(null, withReport(context).context));
  await inner.execute(null);
  expect(asked).toEqual([given[0]?.request, given[0]?.request, given[1]?.request, given[1]?.request]);
  expect(asked[2]).toBe(given[1]?.request);
  expect(requestOf(new WorkflowContext())).toBeUndefined();
});
