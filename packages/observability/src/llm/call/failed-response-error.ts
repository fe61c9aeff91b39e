import { type Failure, failureOf } from 'tta-dev-primitives';
import { failureOfKind, safely } from 'tta-dev-primitives/internal';
import { field, textField } from '../fields.ts';
import type { HttpAnswer } from './http-answer.ts';

/** A server has answered a model call with a status of 400 or above. `failureOf` reads what it means, and how long to wait. */
export class FailedResponseError extends Error {
  override readonly name = 'FailedResponseError';
  readonly code = 'ERR_TTA_FAILED_RESPONSE';
  /** The answer, whose body can still be read. */
  readonly response: unknown;
  readonly status: number;
  readonly headers: unknown;
  /** The body, parsed if it is JSON; undefined if it is missing, too long or too late. */
  readonly body: unknown;
  readonly failure: Failure;

  constructor(response: unknown, { status, headers }: Pick<HttpAnswer, 'status' | 'headers'>, body: unknown) {
    const parsed = typeof body === 'string' ? (safely(() => JSON.parse(body) as unknown) ?? body) : body;
    super(`the model answered with status ${status}${messageIn(parsed)}`);
    this.response = response;
    this.status = status;
    this.headers = headers;
    this.body = parsed;
    this.failure = failureOf({ status, headers, body: parsed }) ?? failureOfKind('server_error', { status });
  }
}

function messageIn(body: unknown): string {
  const error = field(body, 'error');
  const message = typeof error === 'string' ? error : (textField(error, 'message') ?? textField(body, 'message'));
  return message === undefined ? '' : `: ${message}`;
}
