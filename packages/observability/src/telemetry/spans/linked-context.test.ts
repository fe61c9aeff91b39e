import { createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { WorkflowContext } from 'tta-dev-primitives';
import { expect, it } from 'vitest';
import { executionAround, insideOf, insideSpan, isOutermost } from './linked-context.ts';

const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
const own = { kind: 'step', name: 'own', context: new WorkflowContext() };
const KEY = createContextKey('a value of somebody else');

it('holds the span where the API looks for it', () => {
  expect(trace.getSpan(insideSpan(ROOT_CONTEXT, span, own))).toBe(span);
});

it('is inside an execution, and so is every context made from it', () => {
  const inside = insideSpan(ROOT_CONTEXT, span, own);
  expect([ROOT_CONTEXT, inside, inside.setValue(KEY, 1)].map(isOutermost)).toEqual([true, false, false]);
});

it('keeps the values of its parent and its own apart', () => {
  const outer = ROOT_CONTEXT.setValue(KEY, 'outer');
  const inside = insideSpan(outer, span, own);
  const changed = inside.setValue(KEY, 'inner');
  const without = changed.deleteValue(KEY);
  expect([inside, changed, without, inside].map((context) => context.getValue(KEY))).toEqual([
    'outer',
    'inner',
    undefined,
    'outer',
  ]);
  expect(trace.getSpan(without)).toBe(span);
  expect(trace.getSpan(trace.deleteSpan(inside))).toBeUndefined();
});

it('knows the outermost execution, however many are between', () => {
  const outermost = insideSpan(ROOT_CONTEXT, span, own);
  const inner = insideSpan(outermost.setValue(KEY, 1), span, { ...own, name: 'inner' });
  expect(executionAround(inner)).toBe(own);
  expect(executionAround(insideOf(ROOT_CONTEXT, own))).toBe(own);
  expect(executionAround(ROOT_CONTEXT)).toBeUndefined();
});
