/** Thrown instead of calling a step whose circuit is open. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
  readonly code = 'ERR_TTA_CIRCUIT_OPEN';
  /** Another attempt would be refused as well: never retried. */
  readonly retryable = false;
  readonly operation: string;
  /** Milliseconds until the next call may probe; 0 when only the permits of the half-open circuit are taken. */
  readonly retryAfterMs: number;
  /** How many failures opened it. */
  readonly failureCount: number;

  constructor(operation: string, retryAfterMs: number, failureCount: number, lastError: unknown) {
    super(
      `${operation}: the circuit is open after ${failureCount} failures; try again in ${Math.ceil(retryAfterMs)} ms`,
      {
        cause: lastError,
      },
    );
    this.operation = operation;
    this.retryAfterMs = retryAfterMs;
    this.failureCount = failureCount;
  }
}
