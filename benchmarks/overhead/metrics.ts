import { CircuitBreakerPrimitive, sequence, step, WorkflowContext, type WorkflowPrimitive } from 'tta-dev-primitives';
import { initializeObservability } from 'tta-observability-integration';
import { RouterPrimitive, TimeoutPrimitive } from 'tta-observability-integration/primitives';
import type { Comparison } from './harness.ts';
import { cacheHit } from './primitives.ts';

const context = new WorkflowContext();
export const increment = async (value: number): Promise<number> => value + 1;
export const named = step('named', increment);
export const timeout = new TimeoutPrimitive(increment, { timeoutMs: 60_000, operation: 'timeout' });
export const breaker = new CircuitBreakerPrimitive(increment, { operation: 'breaker' });
export const router = new RouterPrimitive(
  { small: increment, large: increment },
  { strategy: () => 'small', defaultRoute: 'small' },
);

/** The workflow itself, four steps in it, and the call of the router's route. */
const PRIMITIVES_OF_WORKFLOW = 7;
const workflow = sequence(named, timeout, breaker, router, named);

/** Counts around a batch; nothing is traced, and the metrics are not read. */
const counted = async (): Promise<() => Promise<unknown>> => {
  const telemetry = await initializeObservability({ environment: 'test', level: 'off' });
  return () => telemetry.shutdown();
};

/** @param addedNs - how much metrics may add, on a machine where the primitive alone costs `aloneNs` */
function beside(
  name: string,
  primitive: WorkflowPrimitive<number, unknown>,
  { aloneNs, addedNs, steps = 1 }: { readonly aloneNs: number; readonly addedNs: number; readonly steps?: number },
): Comparison {
  const work = (): Promise<unknown> => primitive.execute(1, context);
  return { name, work, other: work, steps, around: counted, allowedRatio: (aloneNs + addedNs) / aloneNs };
}

/** A primitive, on the average of a workflow. */
const EACH_NS = 1_200;

/** A router, and a hit in memory, which count more. */
const BUSY_NS = 1_900;

/** What the outermost execution costs more: it is counted as a workflow, and what runs inside it must know that. */
const OUTERMOST_NS = 500;

/** What metrics add to primitives without observers. */
export const METRICS: readonly Comparison[] = [
  beside('named step, with metrics', named, { aloneNs: 70, addedNs: EACH_NS }),
  beside('timeout, with metrics', timeout, { aloneNs: 600, addedNs: EACH_NS + OUTERMOST_NS }),
  beside('circuit breaker, with metrics', breaker, { aloneNs: 170, addedNs: EACH_NS + OUTERMOST_NS }),
  beside('router and its call, with metrics', router, { aloneNs: 2_000, addedNs: BUSY_NS + EACH_NS + OUTERMOST_NS }),
  beside('workflow, per primitive, with metrics', workflow, {
    aloneNs: 3_600 / PRIMITIVES_OF_WORKFLOW,
    addedNs: EACH_NS,
    steps: PRIMITIVES_OF_WORKFLOW,
  }),
  {
    name: 'cache hit, with metrics',
    work: cacheHit,
    other: cacheHit,
    around: counted,
    allowedRatio: 2.1,
    targetRatio: (3_300 + BUSY_NS + OUTERMOST_NS) / 3_300,
  },
];
