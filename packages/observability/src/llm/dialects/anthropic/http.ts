import type { FailureKind } from 'tta-dev-primitives';
import { endpointsBy, type HttpDialect, pathsBy } from '../http-dialect.ts';

/** The types of errors that the API knows, by what they mean. @see https://docs.anthropic.com/en/api/errors */
const TYPES: Readonly<Partial<Record<FailureKind, string>>> = {
  rate_limited: 'rate_limit_error',
  quota: 'rate_limit_error',
  budget_exceeded: 'rate_limit_error',
  overloaded: 'overloaded_error',
  circuit_open: 'overloaded_error',
  bulkhead_full: 'overloaded_error',
  timeout: 'timeout_error',
  authentication: 'authentication_error',
  permission: 'permission_error',
  billing: 'billing_error',
  not_found: 'not_found_error',
  invalid_request: 'invalid_request_error',
  too_large: 'request_too_large',
};

/** The Messages API, also where Vertex serves it. */
export const messagesHttp: HttpDialect = {
  endpoint: endpointsBy([
    { path: /\/v1\/messages$/, operation: 'chat', isOwnFormat: true },
    {
      path: /\/models\/([^/:]+):(rawPredict|streamRawPredict)$/,
      operation: 'chat',
      fields: ([, model, method]) => ({ model, stream: method === 'streamRawPredict' }),
      formGroup: 2,
    },
  ]),
  pathFor: pathsBy(/\/models\/[^/:]+(?=:\w*[rR]awPredict$)/, (model) => `/models/${model}`),
  finish: /"type": ?"message_stop"/,
  headers: /^anthropic-(?:version|beta)$/,
  failureBody: ({ kind, code, message }) => ({
    type: 'error',
    error: { type: TYPES[kind] ?? 'api_error', message, code },
    request_id: null,
  }),
};
