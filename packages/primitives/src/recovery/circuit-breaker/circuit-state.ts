export type CircuitState = 'closed' | 'open' | 'half_open' | 'isolated';

/** A change of state, and how long the state before it had lasted. */
export interface CircuitTransition {
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** Milliseconds spent in `from`. */
  readonly lastedMs: number;
}
