import { expect, test } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { isObserved, type Observer } from '../observer.ts';
import { step } from '../primitive.ts';
import { recordingObserver } from '../testing/recording-observer.ts';
import { withObserver } from './with-observer.ts';
import { withReport } from './with-report.ts';

/** Writes down what starts and ends, in order. */
const writing = (name: string, lines: string[]): Observer => ({
  async observe(execution, run) {
    lines.push(`${name} > ${execution.name}`);
    const { status } = await run(() => {});
    lines.push(`${name} < ${execution.name} ${status}`);
  },
});

const workflow = step('a', (n: number) => n).pipe(step('b', (n) => n));

test('sees everything beneath its context, and nothing beside it', async () => {
  const lines: string[] = [];
  await workflow.execute(1, withObserver(writing('scoped', lines)));
  await workflow.execute(1);
  expect(lines).toEqual([
    'scoped > a > b',
    'scoped > a',
    'scoped < a success',
    'scoped > b',
    'scoped < b success',
    'scoped < a > b success',
  ]);
  expect(isObserved()).toBe(false);
});

test('stands inside the observers of the process and of the contexts further out', async () => {
  const lines: string[] = [];
  const outer = withObserver(writing('outer', lines));
  const context = withObserver(writing('inner', lines), outer.child('part'));
  await step('a', () => 1).execute(null, context.child('deeper'));
  expect(lines).toEqual(['outer > a', 'inner > a', 'inner < a success', 'outer < a success']);
  using recording = recordingObserver();
  await step('b', () => 1).execute(null, context);
  expect(recording.executions).toHaveLength(1);
});

test('reports what an observer throws to its onError, and the work goes on', async () => {
  const errors: unknown[] = [];
  const broken: Observer = {
    observe() {
      throw new Error('broken');
    },
  };
  const context = withObserver(broken, new WorkflowContext(), { onError: (error) => errors.push(error) });
  expect(await step('a', () => 1).execute(null, context)).toBe(1);
  expect(errors).toEqual([new Error('broken')]);
});

test('sees what runs beneath a report, which sees it too', async () => {
  const lines: string[] = [];
  const { context, report } = withReport(withObserver(writing('scoped', lines)));
  await workflow.execute(1, context);
  expect((await report).executions[0]?.executions).toHaveLength(2);
  expect(lines).toHaveLength(6);
});

test('refuses an observer without observe', () => {
  expect(() => withObserver({} as Observer)).toThrow(
    'withObserver: observer must be an object with observe, but it is an object',
  );
});

test('refuses an option that has no effect on one context', () => {
  const observer = writing('scoped', []);
  expect(() => withObserver(observer, undefined, { readsContent: true } as never)).toThrow(
    'withObserver: readsContent is not an option; the options are onError',
  );
});
