import type { Usage } from '../../../llm/money/usage.ts';
import type { EnvelopeHeader } from '../entry/envelope.ts';
import type { OpenedEntry } from '../entry/opened-entry.ts';
import type { AnswerCopies } from '../entry/payload.ts';
import type { CacheTier, StaleCause } from '../facts.ts';
import type { SharedStream } from './shared-stream.ts';

/** What is known of where an answer came from. */
export interface Provenance {
  readonly usage: Usage | undefined;
  /** The model that answered, as the provider names it. */
  readonly model: string | undefined;
  /** What its model call cost, in US dollars, if the prices of the cache say something else: the call has a price of its own. */
  readonly paidUsd?: number | undefined;
}

/** An answer from the store; of a stream of objects the copies are arrays of chunks. */
export interface StoredAnswer {
  readonly kind: 'stored';
  readonly envelope: EnvelopeHeader;
  /** The entry as it was opened, which may stay in memory for the next who takes it. */
  readonly entry: OpenedEntry;
  readonly copies: AnswerCopies;
  readonly tier: CacheTier | undefined;
  /** Why it is served although it is past its ttl; undefined while it is fresh. */
  readonly staleCause?: StaleCause | undefined;
  /** Whether those who take it have waited for the call of another process. */
  readonly isAwaited?: boolean | undefined;
}

/** An answer of the step. */
export interface ValueAnswer {
  readonly kind: 'value';
  readonly copies: AnswerCopies;
  readonly provenance: Provenance;
}

/** A stream of the step, which may still go on; its provenance is known once it has ended. */
export interface StreamAnswer {
  readonly kind: 'stream';
  readonly stream: SharedStream;
  /** Makes an answer of a stream, for one that is the body of a `Response`. @defaultValue the stream is the answer */
  readonly around?: ((stream: object) => object) | undefined;
  readonly provenance: () => Provenance;
}

/** The common outcome of a lookup for everybody who waited for it. */
export type FlightOutcome = StoredAnswer | ValueAnswer | StreamAnswer;
