/** Thrown instead of calling a step whose circuit is open. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
  readonly code = 'ERR_TTA_CIRCUIT_OPEN';
  /** Another attempt would be refused as well: never retried. */
  readonly retryable = false;
  readonly operation: string;
  /**
   * Milliseconds until the next call may probe: 0 when only the permits of the half-open circuit are taken, `Infinity` when the
   * circuit is isolated.
   */
  readonly retryAfterMs: number;
  /** How many failures opened the circuit, in a row or in the window. 0 if slow calls or `isolate()` opened it. */
  readonly failureCount: number;

  /** @param lastError - the failure that opened the circuit, which becomes the `cause` */
  constructor(operation: string, retryAfterMs: number, failureCount: number, lastError: unknown) {
    super(`${operation}: ${describe(retryAfterMs, failureCount)}`, { cause: lastError });
    this.operation = operation;
    this.retryAfterMs = retryAfterMs;
    this.failureCount = failureCount;
  }
}

function describe(retryAfterMs: number, failureCount: number): string {
  if (retryAfterMs === Infinity) return 'the circuit is isolated until it is reset';
  if (retryAfterMs === 0) return 'the circuit is half-open and every probe is out';
  const reason = failureCount === 0 ? '' : ` after ${failureCount} failure${failureCount === 1 ? '' : 's'}`;
  return `the circuit is open${reason}; try again in ${Math.ceil(retryAfterMs)} ms`;
}

/** Whether an error says that a circuit is open, even an error from another copy of this package. */
export function isCircuitOpenError(error: unknown): error is CircuitOpenError {
  return error instanceof Error && (error as Partial<CircuitOpenError>).code === 'ERR_TTA_CIRCUIT_OPEN';
}
