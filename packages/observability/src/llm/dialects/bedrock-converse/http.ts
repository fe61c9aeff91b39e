import type { FailureKind } from 'tta-dev-primitives';
import { endpointsBy, type FailureHead, type HttpDialect, type HttpFailure } from '../http-dialect.ts';

type Exception = readonly [name: string, status: number];

const REFUSED: Exception = ['ServiceQuotaExceededException', 400];
const INVALID: Exception = ['ValidationException', 400];
const DENIED: Exception = ['AccessDeniedException', 403];
const FAILED: Exception = ['ModelErrorException', 424];
const UNAVAILABLE: Exception = ['ServiceUnavailableException', 503];

/** The exceptions of the service, by what they mean. Its client retries those of the status 429 or 5xx, and no other. */
const EXCEPTIONS: Readonly<Partial<Record<FailureKind, Exception>>> = {
  timeout: ['ModelTimeoutException', 408],
  rate_limited: REFUSED,
  quota: REFUSED,
  budget_exceeded: REFUSED,
  bulkhead_full: REFUSED,
  invalid_request: INVALID,
  context_length: INVALID,
  too_large: INVALID,
  content_filter: INVALID,
  authentication: DENIED,
  permission: DENIED,
  billing: DENIED,
  not_found: ['ResourceNotFoundException', 404],
  conflict: ['ConflictException', 400],
};

/** What another attempt of the client may mend. */
const PASSING: ReadonlySet<FailureKind> = new Set([
  'network',
  'bad_response',
  'incomplete',
  'server_error',
  'overloaded',
]);

function failureHead({ kind }: HttpFailure, isFinal: boolean): FailureHead {
  const [name, status] = EXCEPTIONS[kind] ?? (PASSING.has(kind) && !isFinal ? UNAVAILABLE : FAILED);
  return { status, headers: { 'x-amzn-errortype': name } };
}

/** @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_Operations_Amazon_Bedrock_Runtime.html */
export const bedrockHttp: HttpDialect = {
  endpoint: endpointsBy([
    {
      path: /\/model\/([^/]+)\/(converse|converse-stream)$/,
      operation: 'chat',
      fields: ([, id = '', method]) => ({ modelId: decodeURIComponent(id), stream: method === 'converse-stream' }),
      formGroup: 2,
    },
    {
      path: /\/model\/([^/]+)\/(invoke|invoke-with-response-stream)$/,
      operation: 'chat',
      fields: ([, id = '', method]) => ({ model: decodeURIComponent(id), stream: method !== 'invoke' }),
      formGroup: 2,
    },
  ]),
  failureHead,
  failureBody: ({ message, code }) => ({ message, code }),
};
