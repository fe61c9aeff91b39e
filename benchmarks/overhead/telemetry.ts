import { step, WorkflowContext } from 'tta-dev-primitives';
import { initializeObservability, type TelemetryLevel } from 'tta-observability-integration';
import type { Comparison } from './harness.ts';
import { cacheHit } from './primitives.ts';

const context = new WorkflowContext();
const one = step('one', async (value: number) => value + 1);
const execute = (): Promise<number> => one.execute(1, context);

/** Runs telemetry around a batch: spans stay in memory, metrics are not read. */
const observed = (level: TelemetryLevel) => async (): Promise<() => Promise<unknown>> => {
  const telemetry = await initializeObservability({ environment: 'test', level });
  return () => telemetry.shutdown();
};

/**
 * What telemetry costs beside the same execution without an observer. The allowances are about twice what a quiet machine
 * measures; a span costs several microseconds whatever it is around, so it weighs most on the cheapest step.
 */
export const TELEMETRY: readonly Comparison[] = [
  { name: 'execute, with a span', work: execute, other: execute, around: observed('full'), allowedRatio: 220 },
  { name: 'cache hit, with a span', work: cacheHit, other: cacheHit, around: observed('full'), allowedRatio: 5 },
];
