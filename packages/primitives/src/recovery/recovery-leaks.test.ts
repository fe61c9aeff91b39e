import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WorkflowContext } from '../context.ts';
import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  CompensationPrimitive,
  constantBackoff,
  FallbackPrimitive,
  RetryPrimitive,
  type WorkflowPrimitive,
} from '../index.ts';
import { manualClock } from '../testing/index.ts';

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

function everySecond(): (input: number) => Promise<number> {
  let executions = 0;
  return async (input) => {
    executions += 1;
    if (executions % 2 === 1) throw Object.assign(new Error('down'), { status: 503 });
    return input;
  };
}

const PRIMITIVES: readonly (readonly [string, () => WorkflowPrimitive<number, unknown>])[] = [
  ['a retry', () => new RetryPrimitive(everySecond(), { backoff: constantBackoff(1) })],
  ['a fallback', () => new FallbackPrimitive(everySecond(), () => 'v')],
  ['a circuit breaker', () => new CircuitBreakerPrimitive(everySecond())],
  ['a bulkhead', () => new BulkheadPrimitive(everySecond(), { maxConcurrent: 1, maxQueued: Infinity })],
  ['a saga', () => new CompensationPrimitive([{ do: (input: number) => input, undo() {} }, { do: everySecond() }])],
];

afterEach(() => {
  process.off('unhandledRejection', note);
});

describe('after a thousand executions that shared a signal, half of them failing', () => {
  it.each(PRIMITIVES)('%s leaves no listener, no timer and no rejection behind', async (_name, make) => {
    process.on('unhandledRejection', note);
    const clock = manualClock();
    const { signal } = new AbortController();
    const primitive = make();
    const context = new WorkflowContext({ clock, signal });
    const running = Array.from({ length: 1_000 }, (_, index) => primitive.execute(index, context).catch(() => {}));
    await clock.advance(5);
    await Promise.all(running);
    await clock.advance(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(clock.pendingTimers).toBe(0);
    expect(unhandled).toEqual([]);
  });

  it.each(PRIMITIVES)('%s leaves nothing behind either when the caller leaves', async (_name, make) => {
    process.on('unhandledRejection', note);
    const clock = manualClock();
    const controller = new AbortController();
    const primitive = make();
    const context = new WorkflowContext({ clock, signal: controller.signal });
    const running = Array.from({ length: 100 }, (_, index) => primitive.execute(index, context).catch(() => {}));
    controller.abort(new Error('left'));
    await Promise.all(running);
    await clock.advance(5);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    expect(clock.pendingTimers).toBe(0);
    expect(unhandled).toEqual([]);
  });
});
