/** A model that the provider serves, and how fast it writes. */
export interface ProviderModel {
  readonly name: string;
  /** How long it reads before it writes its first token, in milliseconds. */
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
}

/** How many tokens a model reads and writes for a prompt. */
export interface AnswerSize {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a model answers to a prompt. */
export interface ModelAnswer extends AnswerSize {
  /** What its text says in the end, after `Answer: `. @defaultValue the text has no such line */
  readonly extracted?: string | undefined;
}

/**
 * Something that goes wrong with one call:
 * - `error`: refused with that HTTP status before any work; costs nothing.
 * - `hang`: never answers; as a stream, it opens and stays empty.
 * - `stall`: a stream stops after that many chunks, and stays open. A call that is not streamed hangs.
 * - `late`: answers completely, but only after that many milliseconds.
 */
export type Fault =
  | { readonly kind: 'error'; readonly status: 429 | 500 }
  | { readonly kind: 'hang' }
  | { readonly kind: 'stall'; readonly afterChunks: number }
  | { readonly kind: 'late'; readonly afterMs: number };

/**
 * One line of the provider's bill. A completed call is billed in full; one that its client left is billed for what was read and
 * for what had been written by then; one that failed is billed nothing.
 */
export interface BilledCall extends AnswerSize {
  readonly model: string;
  readonly prompt: string;
  readonly ending: 'completed' | 'left' | 'failed';
}

export interface ProviderOptions {
  readonly models: readonly ProviderModel[];
  readonly answerOf: (model: string, prompt: string) => ModelAnswer;
  /** Asked once per call. @defaultValue nothing goes wrong */
  readonly faultOf?: ((prompt: string) => Fault | undefined) | undefined;
  /** Told of every call when it has ended. */
  readonly onCall?: ((call: BilledCall) => void) | undefined;
}
