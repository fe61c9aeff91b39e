import { CircuitBreakerPrimitive, RetryPrimitive, WorkflowContext } from 'tta-dev-primitives';
import type { Comparison } from './harness.ts';

const increment = async (value: number): Promise<number> => value + 1;

const context = new WorkflowContext();
const cancellable = new WorkflowContext({ signal: new AbortController().signal });
const retry = new RetryPrimitive(increment);
const breaker = new CircuitBreakerPrimitive(increment);
const other = (): Promise<number> => increment(1);

/** What recovery costs while nothing fails, beside the bare call of the step. A caller who may leave is one listener more. */
export const RECOVERY: readonly Comparison[] = [
  { name: 'retry, none used', work: () => retry.execute(1, context), other, allowedRatio: 6.5, targetRatio: 4.5 },
  {
    name: 'circuit breaker, closed',
    work: () => breaker.execute(1, context),
    other,
    allowedRatio: 6.5,
    targetRatio: 4.5,
  },
  { name: 'retry, cancellable', work: () => retry.execute(1, cancellable), other, allowedRatio: 30 },
];
