import type { Usage } from '../money/usage.ts';

/**
 * How one choice of an answer ended, in words that every provider's own reason maps to.
 *
 * - `complete`: the model finished its answer
 * - `tools`: it asks the application to call a tool
 * - `cut`: a limit of tokens, messages or context ended it early
 * - `filtered`: a filter or policy of the provider held it back
 * - `failed`: the provider reports a failure
 * - `unfinished`: it paused, is still running, or its stream ended without a finish
 * - `unknown`: it ended for a reason that the dialect does not know
 */
export type FinishKind = 'complete' | 'tools' | 'cut' | 'filtered' | 'failed' | 'unfinished' | 'unknown';

/** A failure that an answer states in place of an answer, or beside one: an error inside a 200, an error event of a stream. */
export interface StatedFailure {
  /** The provider's word for it, in lower case: `overloaded_error`, `rate_limit_exceeded`. Undefined if it gives none. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** The HTTP status that the provider puts in the body, from 400 to 599. */
  readonly status: number | undefined;
  /** The provider's error object as it came, which `failureOf` reads. */
  readonly error: unknown;
}

/** Everything that is known about one answer of a model, whole or gathered from the chunks of its stream. */
export interface AnswerReading {
  /** The dialect that read it. */
  readonly dialect: string;
  /** Undefined if the answer states no usage, or one that contradicts itself. */
  readonly usage: Usage | undefined;
  /** The model that answered, as the provider names it. */
  readonly model: string | undefined;
  readonly id: string | undefined;
  /** How each choice ended; empty if the answer has no choices (an embedding). */
  readonly finish: readonly FinishKind[];
  /** Why each choice ended, in the provider's words in lower case. */
  readonly finishReasons: readonly (string | undefined)[];
  /** The text of each choice, without thoughts and refusals. */
  readonly texts: readonly string[];
  /** Whether the model asks the application to call a tool; not for tools that the provider ran itself. */
  readonly hasToolCalls: boolean;
  readonly hasRefusal: boolean;
  /** Whether a choice is empty: no text, refusal, sound, image or tool call. Thoughts are not an answer. */
  readonly isEmpty: boolean;
  /** Whether the provider keeps something that the answer refers to: a container, a file, a conversation, a job. */
  readonly keepsServerState: boolean;
  /** The first failure that the answer states. */
  readonly failure: StatedFailure | undefined;
}
