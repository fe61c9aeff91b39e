import { CircuitBreakerPrimitive, type WorkflowPrimitive } from 'tta-dev-primitives';
import type { CircuitState } from 'tta-dev-primitives/internal';

type AnyPrimitive = WorkflowPrimitive<never, unknown>;

/** Kinds that cannot answer when one of their parts cannot; a fallback, a cache or a router may well do without one. */
const NEEDS_EVERY_PART: ReadonlySet<string> = new Set([
  'bulkhead',
  'circuit_breaker',
  'compensation',
  'model_call',
  'retry',
  'sequence',
  'timeout',
  'workflow',
]);

/** A circuit, also one of another copy of the package. */
interface Circuit {
  readonly state: CircuitState;
}

/** The circuits that must let a step pass before it can answer. */
export function circuitsOf(step: AnyPrimitive): readonly Circuit[] {
  const own = isCircuit(step) ? [step] : [];
  if (!NEEDS_EVERY_PART.has(step.kind)) return own;
  return [...own, ...(step.parts ?? []).flatMap(circuitsOf)];
}

/** Whether one of them lets nothing pass now; a half-open one wants to be tried. */
export function isAnyOpen(circuits: readonly Circuit[]): boolean {
  return circuits.some(({ state }) => state === 'open' || state === 'isolated');
}

function isCircuit(step: AnyPrimitive): step is AnyPrimitive & Circuit {
  return step instanceof CircuitBreakerPrimitive || (step.kind === 'circuit_breaker' && 'state' in step);
}
