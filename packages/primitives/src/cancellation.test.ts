import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { deriveController } from './cancellation.ts';
import { WorkflowContext } from './context.ts';

test('aborts with the reason of the context, or with its own', () => {
  const parent = new AbortController();
  const context = new WorkflowContext({ signal: parent.signal });
  const [own, derived] = [deriveController(context), deriveController(context)];
  own.abort('mine');
  parent.abort('the parent');
  expect([own.signal.reason, derived.signal.reason]).toEqual(['mine', 'the parent']);
});

test('is born aborted under an aborted context', () => {
  const derived = deriveController(new WorkflowContext({ signal: AbortSignal.abort('gone') }));
  expect(derived.signal).toMatchObject({ aborted: true, reason: 'gone' });
});

test('leaves no listener behind once it was aborted or released', () => {
  const { signal } = new AbortController();
  const context = new WorkflowContext({ signal });
  const [first, second] = [deriveController(context), deriveController(context)];
  expect(getEventListeners(signal, 'abort')).toHaveLength(2);
  first.abort('done');
  second.release();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('does not abort its context', () => {
  const context = new WorkflowContext();
  deriveController(context).abort('mine');
  expect(context.isAborted).toBe(false);
});
