import type { Usage } from '../../../llm/money/usage.ts';
import type { EnvelopeHeader } from '../entry/envelope.ts';
import type { AnswerCopies, Copies } from '../entry/payload.ts';
import type { CacheTier, StaleCause } from '../facts.ts';
import type { SharedStream } from './shared-stream.ts';

/** What is known of the making of an answer. */
export interface Making {
  readonly usage: Usage | undefined;
  /** The model that answered, as the provider names it. */
  readonly model: string | undefined;
}

/** What is known about an answer from the store. */
export interface StoredHeader {
  readonly envelope: EnvelopeHeader;
  readonly tier: CacheTier | undefined;
  /** Why it is served although it is past its ttl; undefined while it is fresh. */
  readonly staleCause?: StaleCause | undefined;
  /** Whether those who take it have waited for the call of another process. */
  readonly isAwaited?: boolean | undefined;
  /** Whether the envelope stays in memory, so that the next taker of the same entry gets the same object. */
  readonly isHeaderKept?: boolean | undefined;
}

/** An answer from the store; of a stream the copies are arrays of chunks. */
export interface StoredAnswer extends StoredHeader {
  readonly kind: 'stored';
  readonly copies: AnswerCopies;
}

/** An answer of the step. */
export interface ValueAnswer {
  readonly kind: 'value';
  readonly copies: Copies;
  readonly making: Making;
}

/** A stream of the step, which may still go on; its making is known once it has ended. */
export interface StreamAnswer {
  readonly kind: 'stream';
  readonly stream: SharedStream;
  /** Makes an answer of a stream, for one that is the body of a `Response`. @defaultValue the stream is the answer */
  readonly around?: ((stream: object) => object) | undefined;
  readonly making: () => Making;
}

/** The common outcome of a lookup for everybody who waited for it. */
export type Landing = StoredAnswer | ValueAnswer | StreamAnswer;
