import type { FactName, Facts } from '../facts.ts';

/**
 * What was stated beneath one call of a part. Complete when the output of the call has ended; for a stream, when the outer primitive's own
 * gate gets the end.
 */
export interface ExecutionRecord {
  /** Every value stated under a name, by the part or by anything beneath it, in the order in which the executions began. */
  factsOf<Name extends FactName>(name: Name): Facts[Name][];
  /** Visits every fact, in the same order. */
  forEachFact(visit: (name: FactName, value: Facts[FactName]) => void): void;
}
