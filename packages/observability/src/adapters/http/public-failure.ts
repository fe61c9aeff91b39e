import type { FailureKind } from 'tta-dev-primitives';
import type { HttpFailure } from '../../llm/dialects/http-dialect.ts';
import { httpFailureOf } from '../http-failure.ts';

/** What a client may know of a failure, where it is not what the provider has told the server. */
interface PublicMeaning {
  readonly status?: number;
  readonly message: string;
}

const SERVICE = { status: 502, message: 'the model could not answer' } as const;
const BUSY = { status: 503, message: 'the model is overloaded; try again later' } as const;

/** The client must not learn about the server's own account: a key that the provider refuses is a fault of the server. */
const MEANINGS: Readonly<Record<FailureKind, PublicMeaning>> = {
  network: SERVICE,
  server_error: SERVICE,
  bad_response: SERVICE,
  incomplete: SERVICE,
  authentication: SERVICE,
  permission: SERVICE,
  billing: SERVICE,
  not_found: SERVICE,
  overloaded: BUSY,
  circuit_open: BUSY,
  bulkhead_full: BUSY,
  conflict: BUSY,
  timeout: { status: 504, message: 'the model did not answer in time' },
  rate_limited: { status: 429, message: 'too many requests; try again later' },
  quota: { status: 429, message: 'the quota is used up' },
  budget_exceeded: { status: 429, message: 'the budget is used up' },
  content_filter: { message: 'the answer was withheld by a filter' },
  invalid_request: { message: 'the request is not valid' },
  too_large: { message: 'the request is too large' },
  context_length: { message: 'the request is longer than the model can read' },
  aborted: { message: 'the request was cancelled' },
  unknown: { message: 'internal error' },
};

/** Refusals and limits of these packages, whose messages name no key, prompt or account. */
const OWN_CODES: ReadonlySet<string> = new Set(
  ['TIMEOUT', 'LIMIT', 'CIRCUIT_OPEN', 'BULKHEAD_FULL', 'BUDGET_EXCEEDED', 'NOT_CACHED'].map(
    (code) => `ERR_TTA_${code}`,
  ),
);

/** SDKs write the status before the message of a response of ours. */
const STATUS_OF_SDK = /^\d{3} /;

/**
 * What the client of a server gets to know of an error.
 *
 * @param isMessageShown - whether it may read the messages of other people's errors
 */
export function publicFailureOf(error: unknown, isMessageShown: boolean): HttpFailure {
  const failure = httpFailureOf(error);
  if (OWN_CODES.has(failure.code)) return { ...failure, message: failure.message.replace(STATUS_OF_SDK, '') };
  const { status = failure.status, message } = MEANINGS[failure.kind];
  return { ...failure, status, code: failure.kind, message: isMessageShown ? failure.message : message };
}
