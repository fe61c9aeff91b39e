import { type FailureKind, failureOf } from 'tta-dev-primitives';
import type { RouterErrorType } from './facts.ts';

const TYPES: Readonly<Record<FailureKind, RouterErrorType>> = {
  network: 'network',
  timeout: 'timeout',
  rate_limited: 'rate_limit',
  overloaded: 'http_5xx',
  server_error: 'http_5xx',
  conflict: 'http_4xx',
  bad_response: 'bad_response',
  incomplete: 'bad_response',
  content_filter: 'http_4xx',
  quota: 'rate_limit',
  billing: 'http_4xx',
  authentication: 'authentication',
  permission: 'authentication',
  not_found: 'http_4xx',
  invalid_request: 'http_4xx',
  too_large: 'http_4xx',
  context_length: 'http_4xx',
  aborted: 'cancelled',
  circuit_open: 'other',
  bulkhead_full: 'other',
  budget_exceeded: 'other',
  unknown: 'other',
};

/** The class of an error of a route, as the metrics have it. */
export function routerErrorTypeOf(error: unknown): RouterErrorType {
  return TYPES[failureOf(error)?.kind ?? 'unknown'];
}
