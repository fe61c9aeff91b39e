/** Nothing fitting was stored, and the caller had asked for nothing else (`onlyIfCached`); a gateway answers with 504. */
export class NotCachedError extends Error {
  override readonly name = 'NotCachedError';
  readonly code = 'ERR_TTA_NOT_CACHED';
  /** Another attempt finds no more. */
  readonly retryable = false;
  readonly operation: string;

  constructor(operation: string) {
    super(`${operation}: no stored answer fits, and the caller asked for a stored one only`);
    this.operation = operation;
  }
}

/** Whether an error says that nothing fitting was stored, also one from another copy of this package. */
export function isNotCachedError(error: unknown): error is NotCachedError {
  return error instanceof Error && (error as Partial<NotCachedError>).code === 'ERR_TTA_NOT_CACHED';
}
