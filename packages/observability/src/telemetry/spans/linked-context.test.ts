import { createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { insideSpan, isOutermost } from './linked-context.ts';

const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
const KEY = createContextKey('a value of somebody else');

it('holds the span where the API looks for it', () => {
  expect(trace.getSpan(insideSpan(ROOT_CONTEXT, span))).toBe(span);
});

it('is inside an execution, and so is every context made from it', () => {
  const inside = insideSpan(ROOT_CONTEXT, span);
  expect([ROOT_CONTEXT, inside, inside.setValue(KEY, 1)].map(isOutermost)).toEqual([true, false, false]);
});

it('keeps the values of its parent and its own apart', () => {
  const outer = ROOT_CONTEXT.setValue(KEY, 'outer');
  const inside = insideSpan(outer, span);
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
