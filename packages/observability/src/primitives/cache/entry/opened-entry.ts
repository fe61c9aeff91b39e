import type { AnswerCost } from '../answer-cost.ts';
import type { EnvelopeHeader } from './envelope.ts';
import type { FrozenAnswer } from './payload.ts';

/** A stored answer, opened. */
export interface OpenedEntry {
  readonly text: string;
  readonly header: EnvelopeHeader;
  /** JSON: the value, or the array of the chunks of a stream. */
  readonly payload: string;
  /** What the payload says, if this entry was opened before and can be read. Callers get copies, never this object. */
  data: { readonly value: unknown } | undefined;
  /** The answer for all who share one. */
  frozen: FrozenAnswer | undefined;
  /** What the answer costs within a minute, for the code that computed it. */
  cost: EntryCost | undefined;
}

export interface EntryCost {
  readonly owner: object;
  readonly minute: number;
  readonly cost: AnswerCost | undefined;
}
