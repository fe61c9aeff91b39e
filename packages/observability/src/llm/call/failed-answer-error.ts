import { type Failure, failureOf } from 'tta-dev-primitives';
import { failureOfKind } from 'tta-dev-primitives/internal';
import type { StatedFailure } from '../dialects/answer-reading.ts';

/** A model answered with an error in place of an answer, or in the middle of one. */
export class FailedAnswerError extends Error {
  override readonly name = 'FailedAnswerError';
  readonly code = 'ERR_TTA_FAILED_ANSWER';
  /** The answer, or the array of all chunks of a stream that failed at its first chunk; undefined for a stream that failed later. */
  readonly answer: unknown;
  /** The HTTP status that the provider gives in the body; undefined if it gives none. */
  readonly status: number | undefined;
  /** The provider's error object as it came. */
  readonly error: unknown;
  /** What the error means, for `failureOf`. */
  readonly failure: Failure;

  constructor({ code, message, status, error }: StatedFailure, answer: unknown) {
    super(`the model answered with an error: ${message ?? code ?? 'unknown'}`, { cause: error });
    this.answer = answer;
    this.status = status;
    this.error = error;
    this.failure =
      failureOf({ status, code, error }) ?? failureOfKind('server_error', status === undefined ? {} : { status });
  }
}

/** A stream of a model ended without its finish, so its text may be cut anywhere. */
export class IncompleteStreamError extends Error {
  override readonly name = 'IncompleteStreamError';
  readonly code = 'ERR_TTA_INCOMPLETE_STREAM';
  readonly failure: Failure = failureOfKind('incomplete');

  constructor() {
    super('the stream of the model ended without a finish reason');
  }
}
