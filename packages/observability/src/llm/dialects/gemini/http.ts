import { endpointsBy, type HttpDialect, type HttpFailure, pathsBy } from '../http-dialect.ts';

/** Google's words for statuses. @see https://cloud.google.com/apis/design/errors */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** The client drops the headers of an error, so what they say stands in the body too. */
function failureBody({ status, code, message, retryAfterMs }: HttpFailure): object {
  const retry = retryAfterMs === undefined ? [] : [{ '@type': RETRY_INFO, retryDelay: `${retryAfterMs / 1_000}s` }];
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code };
  return { error: { code: status, message, status: STATUSES[status] ?? 'UNKNOWN', details: [info, ...retry] } };
}

/** @see https://ai.google.dev/api/generate-content */
export const geminiHttp: HttpDialect = {
  endpoint: endpointsBy([
    {
      path: /\/(?:tunedM|m)odels\/([^/:]+):(generateContent|streamGenerateContent)$/,
      operation: 'generate_content',
      fields: ([, model, method]) => ({ model, stream: method === 'streamGenerateContent' }),
      formGroup: 2,
    },
    {
      path: /\/models\/([^/:]+):(?:embedContent|batchEmbedContents)$/,
      operation: 'embeddings',
      fields: ([, model]) => ({ model, stream: false }),
    },
  ]),
  pathFor: pathsBy(/odels\/[^/:]+(?=:\w+$)/, (model) => `odels/${model}`),
  // no finish: one candidate may come to its end before another, and arguments of tools may look like an end
  failureBody,
};
