import type { Usage } from '../../../llm/usage.ts';
import type { Envelope } from '../entry/envelope.ts';
import type { Copies } from '../entry/payload.ts';
import type { CacheTier, StaleCause } from '../facts.ts';
import type { SharedStream } from './shared-stream.ts';

/** What is known of the making of an answer. */
export interface Making {
  readonly usage: Usage | undefined;
  /** The model that answered, as the provider names it. */
  readonly model: string | undefined;
}

/** An answer from the store; of a stream the copies are arrays of chunks. */
export interface StoredAnswer {
  readonly kind: 'stored';
  readonly envelope: Envelope;
  readonly copies: Copies;
  readonly tier: CacheTier | undefined;
  /** Why it is served although it is past its ttl; undefined while it is fresh. */
  readonly staleCause?: StaleCause | undefined;
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
  readonly making: () => Making;
}

/** The common outcome of a lookup for everybody who waited for it. */
export type Landing = StoredAnswer | ValueAnswer | StreamAnswer;
