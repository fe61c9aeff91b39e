import { expect, it } from 'vitest';
import { WorkflowContext } from '../context.ts';
import { MockPrimitive } from '../testing/mock-primitive.ts';
import { BulkheadPrimitive } from './bulkhead-primitive.ts';
import { CircuitBreakerPrimitive } from './circuit-breaker/circuit-breaker-primitive.ts';
import { CompensationPrimitive } from './compensation-primitive.ts';
import { FallbackPrimitive } from './fallback-primitive.ts';
import { constantBackoff } from './retry/backoff.ts';
import { RetryPrimitive } from './retry/retry-primitive.ts';

const busy = new Error('busy');
const operation = 'answer';

/** Runs a primitive once for each result of its mock, and once more with a context that is cancelled already. */
async function runAll(
  primitive: { execute(input: unknown, context?: WorkflowContext): Promise<unknown> },
  times: number,
) {
  for (let index = 0; index < times; index += 1) await primitive.execute(undefined).catch(() => {});
  await primitive.execute(undefined, new WorkflowContext({ signal: AbortSignal.abort() })).catch(() => {});
}

it('a retry counts its executions by outcome, and their attempts', async () => {
  const step = new MockPrimitive('model', { sideEffect: ['a', busy, 'b', busy, busy] });
  const retry = new RetryPrimitive(step, {
    operation,
    maxAttempts: 2,
    retryIf: () => true,
    backoff: constantBackoff(0),
  });
  await runAll(retry, 3);
  expect(retry.getStats()).toMatchObject({
    ...{ operation, total: 4, attempts: 5 },
    outcomes: { success: 1, recovered: 1, exhausted: 1, cancelled: 1, error: 0 },
  });
  expect(`${retry}`).toBe('RetryPrimitive(answer: 4 executions, 5 attempts, 1 recovered, 1 exhausted)');
});

it('a fallback counts its executions by outcome', async () => {
  const primary = new MockPrimitive('large', { sideEffect: ['a', busy, busy] });
  const other = new MockPrimitive('small', { sideEffect: ['b', busy] });
  const fallback = new FallbackPrimitive(primary, other, { operation });
  await runAll(fallback, 3);
  expect(fallback.getStats()).toEqual({
    ...{ operation, total: 4 },
    outcomes: { primary: 1, alternative: 1, exhausted: 1, not_applicable: 0, cancelled: 1, error: 0 },
  });
  expect(`${fallback}`).toBe('FallbackPrimitive(answer: 4 executions, 1 answered by an alternative, 1 by none)');
});

it('a saga counts its executions by outcome', async () => {
  const undo = new MockPrimitive('undo', { sideEffect: ['undone', busy] });
  const saga = new CompensationPrimitive(
    [
      { do: () => 'reserved', undo: (_output: unknown, context: WorkflowContext) => undo.execute(undefined, context) },
      { do: new MockPrimitive('charge', { sideEffect: ['charged', busy, busy] }) },
    ],
    { operation },
  );
  await runAll(saga, 3);
  expect(saga.getStats()).toEqual({
    ...{ operation, total: 4 },
    outcomes: { success: 1, compensated: 1, compensation_failed: 1, cancelled: 1 },
  });
  expect(`${saga}`).toBe('CompensationPrimitive(answer: 4 executions, 1 undone, 1 not undone completely)');
});

it('a circuit breaker and a bulkhead count every execution once in their total', async () => {
  const step = new MockPrimitive('model', { sideEffect: ['a', busy] });
  const breaker = new CircuitBreakerPrimitive(step, { operation, failureThreshold: 1 });
  await runAll(breaker, 3);
  expect(breaker.getStats()).toMatchObject({
    operation,
    total: 4,
    successes: 1,
    failures: 1,
    rejected: 1,
    cancelled: 1,
  });

  const pool = new BulkheadPrimitive(new MockPrimitive('model'), { operation, maxConcurrent: 1 });
  await runAll(pool, 2);
  expect(pool.getStats()).toMatchObject({ operation, total: 3, admitted: 2, left: 1, queued: 0, rejected: 0 });
});
