import type { WorkflowContext } from 'tta-dev-primitives';
import type { TimeoutPhase } from './facts.ts';
import type { TimeoutError } from './timeout-error.ts';

/** One timeout, as `context.state` remembers it. */
export interface TimeoutRecord {
  readonly operation: string;
  readonly phase: TimeoutPhase;
  readonly timeoutMs: number;
  readonly elapsedMs: number;
}

/** Bounds the size of a long-lived context. */
const LONGEST_HISTORY = 100;

/** Counts a timeout in `context.state`, under the names of the Python original. */
export function rememberTimeout(context: WorkflowContext, error: TimeoutError): void {
  const { state } = context;
  const { operation, phase, timeoutMs, elapsedMs } = error;
  const count = state.get('timeout_count');
  const history = state.get('timeout_history');
  const record: TimeoutRecord = { operation, phase, timeoutMs, elapsedMs };
  state.set('timeout_count', typeof count === 'number' ? count + 1 : 1);
  state.set('timeout_history', [...(Array.isArray(history) ? history : []), record].slice(-LONGEST_HISTORY));
}
