import {
  BulkheadPrimitive,
  CircuitBreakerPrimitive,
  CompensationPrimitive,
  constantBackoff,
  FallbackPrimitive,
  RetryPrimitive,
  WorkflowContext,
} from 'tta-dev-primitives';
import { manualClock } from 'tta-dev-primitives/testing';
import { describe, expect, it } from 'vitest';
import { linesOf, telemetryForTest } from '../apm/__fixtures__/telemetry-for-test.ts';

const DOWN = new Error('the dependency is down');

function down(): never {
  throw DOWN;
}

describe('metrics of recovery', () => {
  it('count attempts and outcomes of a retry', async () => {
    await using telemetry = await telemetryForTest();
    const flaky = (_input: undefined, { attempt }: WorkflowContext): string => (attempt === 1 ? down() : 'v');
    const backoff = constantBackoff(0);
    await new RetryPrimitive(flaky, { operation: 'answer', backoff, retryIf: () => true }).execute(undefined);
    expect(Object.fromEntries(linesOf(await telemetry.handle.metricsText()))).toMatchObject({
      'retry_attempts_total{operation="answer"}': 2,
      'retry_outcomes_total{operation="answer",outcome="recovered"}': 1,
    });
  });

  it('tell the state of a circuit, its changes, and how long each state lasted', async () => {
    await using telemetry = await telemetryForTest();
    const clock = manualClock();
    const breaker = new CircuitBreakerPrimitive((work: () => string) => work(), {
      failureThreshold: 1,
      recoveryMs: 5_000,
      successThreshold: 1,
      operation: 'provider',
      clock,
    });
    const ask = (work: () => string): Promise<unknown> =>
      breaker.execute(work, new WorkflowContext({ clock })).catch((error: unknown) => error);
    await clock.advance(2_000);
    await ask(down);
    expect(await telemetry.read('circuit_state{operation="provider"}')).toBe(2);
    await ask(() => 'refused');
    await clock.advance(5_000);
    await ask(() => 'v');
    expect(Object.fromEntries(linesOf(await telemetry.handle.metricsText()))).toMatchObject({
      'circuit_state{operation="provider"}': 0,
      'circuit_outcomes_total{operation="provider",outcome="failure"}': 1,
      'circuit_outcomes_total{operation="provider",outcome="rejected"}': 1,
      'circuit_outcomes_total{operation="provider",outcome="success"}': 1,
      'circuit_transitions_total{operation="provider",from="closed",to="open"}': 1,
      'circuit_transitions_total{operation="provider",from="open",to="half_open"}': 1,
      'circuit_transitions_total{operation="provider",from="half_open",to="closed"}': 1,
      'circuit_state_seconds_total{operation="provider",state="closed"}': 2,
      'circuit_state_seconds_total{operation="provider",state="open"}': 5,
    });
  });

  it('count the outcomes of fallbacks, sagas and bulkheads', async () => {
    await using telemetry = await telemetryForTest();
    await new FallbackPrimitive(down, () => 'v', { operation: 'answer' }).execute(undefined);
    await new CompensationPrimitive([{ do: down }], { operation: 'order' }).execute(undefined).catch(() => {});
    const clock = manualClock();
    const context = new WorkflowContext({ clock });
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const crowd = new BulkheadPrimitive(() => gate, { maxConcurrent: 1, maxQueued: 1, operation: 'pool' });
    const crowded = [1, 2, 3].map(() => crowd.execute(undefined, context).catch(() => {}));
    await clock.advance(3_000);
    open();
    await Promise.all(crowded);
    expect(Object.fromEntries(linesOf(await telemetry.handle.metricsText()))).toMatchObject({
      'fallback_outcomes_total{operation="answer",outcome="alternative"}': 1,
      'compensation_outcomes_total{operation="order",outcome="compensated"}': 1,
      'bulkhead_outcomes_total{operation="pool",outcome="admitted"}': 1,
      'bulkhead_outcomes_total{operation="pool",outcome="queued"}': 1,
      'bulkhead_outcomes_total{operation="pool",outcome="rejected"}': 1,
      'bulkhead_queue_seconds_sum{operation="pool"}': 3,
    });
  });
});
