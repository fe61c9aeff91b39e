import { expect, test, vi } from 'vitest';
import { currentContext, runInContext } from './ambient-context.ts';
import { WorkflowContext } from './context.ts';
import { withReport } from './report/with-report.ts';

test('a function finds the context that it runs in, also after it has waited', async () => {
  const context = new WorkflowContext({ tenantId: 'acme' });
  const found = runInContext(context, async () => {
    await new Promise(setImmediate);
    return currentContext();
  });
  expect(currentContext()).toBeUndefined();
  expect(await found).toBe(context);
});

test('the inner of two contexts counts', () => {
  const [outer, inner] = [new WorkflowContext(), new WorkflowContext()];
  runInContext(outer, () => {
    expect(runInContext(inner, currentContext)).toBe(inner);
    expect(currentContext()).toBe(outer);
  });
});

test('a thenable that does its work on then is not begun by an open report', async () => {
  const then = vi.fn((resolve: (value: number) => void) => resolve(1));
  class Lazy extends Promise<number> {}
  Object.assign(Lazy.prototype, { then });
  const own = Object.assign(Promise.resolve(1), { then });
  for (const lazy of [{ then }, new Lazy(() => {}), own]) {
    runInContext(withReport().context, () => lazy);
    await new Promise(setImmediate);
  }
  expect(then).not.toHaveBeenCalled();
});

test('refuses what is no context and what is no function', () => {
  expect(() => runInContext({} as WorkflowContext, () => 1)).toThrow(
    'runInContext: context must be a WorkflowContext, but it is an object',
  );
  expect(() => runInContext(new WorkflowContext(), 1 as never)).toThrow('runInContext: fn must be a function');
});
