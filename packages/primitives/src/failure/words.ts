import type { FailureKind } from './failure.ts';

/**
 * The words by which services say what failed: types, codes and statuses of error bodies, and names of exceptions. They are in
 * snake_case. A closing `_exception` is left out, and so is `_error` where the rest alone says the same.
 */
const KINDS: ReadonlyMap<string, FailureKind> = new Map([
  ...as('rate_limited', 'rate_limit', 'rate_limit_exceeded', 'rate_limit_reached', 'rate_limited', 'too_many_requests'),
  ...as('rate_limited', 'throttling', 'throttled', 'request_throttled', 'resource_exhausted', 'tokens_limit_exceeded'),
  ...as('rate_limited', 'provisioned_throughput_exceeded', 'request_limit_exceeded', 'throttling_rate_quota'),
  ...as('rate_limited', 'throttling_allocation_quota', 'throttling_burst_rate'),
  ...as(
    'overloaded',
    'overloaded',
    'engine_overloaded',
    'server_overloaded',
    'server_is_overloaded',
    'model_overloaded',
  ),
  ...as('overloaded', 'service_unavailable', 'unavailable', 'slow_down', 'model_not_ready'),
  ...as('overloaded', 'capacity_exceeded', 'service_tier_capacity_exceeded', 'no_capacity', 'at_capacity'),
  ...as('server_error', 'api_error', 'server_error', 'internal', 'internal_server', 'internal_failure'),
  ...as('server_error', 'model_error', 'model_stream_error', 'failed_dependency', 'data_loss', 'bad_gateway'),
  ...as('server_error', 'upstream_error', 'provider_error'),
  ...as('timeout', 'timeout', 'request_timeout', 'gateway_timeout', 'upstream_timeout', 'deadline_exceeded'),
  ...as('timeout', 'model_timeout', 'body_timeout', 'timed_out', 'request_time_out', 'vector_store_timeout'),
  ...as('conflict', 'conflict'),
  ...as('incomplete', 'incomplete_stream'),
  ...as('bad_response', 'bad_response', 'invalid_response', 'non_json'),
  ...as('quota', 'insufficient_quota', 'quota_exceeded', 'exceeded_current_quota', 'service_quota_exceeded'),
  ...as('quota', 'allocation_quota_free_tier_only'),
  ...as(
    'billing',
    'billing',
    'billing_not_active',
    'billing_hard_limit_reached',
    'billing_disabled',
    'payment_required',
  ),
  ...as('billing', 'insufficient_balance', 'insufficient_credits', 'insufficient_funds', 'arrearage'),
  ...as('authentication', 'authentication', 'unauthenticated', 'unauthorized', 'invalid_authentication'),
  ...as('authentication', 'invalid_api_key', 'incorrect_api_key', 'api_key_invalid', 'unrecognized_client'),
  ...as('authentication', 'expired_token', 'invalid_signature', 'missing_authentication_token', 'credentials_provider'),
  ...as('permission', 'permission', 'permission_denied', 'access_denied', 'forbidden', 'insufficient_permissions'),
  ...as('permission', 'unsupported_country_region_territory', 'service_disabled'),
  ...as('not_found', 'not_found', 'model_not_found', 'resource_not_found', 'deployment_not_found', 'unknown_model'),
  ...as('invalid_request', 'invalid_request', 'invalid_argument', 'invalid_parameter', 'bad_request', 'validation'),
  ...as('invalid_request', 'failed_precondition', 'out_of_range', 'unimplemented', 'unprocessable_entity'),
  ...as('invalid_request', 'invalid_prompt', 'unsupported_parameter', 'unsupported_value', 'data_residency_mismatch'),
  ...as('invalid_request', 'invalid_image', 'invalid_image_format', 'invalid_image_mode', 'invalid_image_url'),
  ...as('invalid_request', 'invalid_base64_image', 'image_too_small', 'image_parse', 'unsupported_image_media_type'),
  ...as('invalid_request', 'empty_image_file', 'image_file_not_found', 'failed_to_download_image'),
  ...as('too_large', 'request_too_large', 'payload_too_large', 'content_too_large', 'request_entity_too_large'),
  ...as('too_large', 'image_too_large', 'image_file_too_large'),
  ...as('context_length', 'context_length_exceeded', 'context_window_exceeded', 'exceed_context_size'),
  ...as('context_length', 'context_overflow', 'prompt_too_long', 'input_too_long', 'max_context_length_exceeded'),
  ...as('content_filter', 'content_filter', 'content_filtered', 'content_policy_violation', 'moderation_blocked'),
  ...as('content_filter', 'responsible_ai_policy_violation', 'data_inspection_failed', 'guardrail_intervened'),
  ...as('content_filter', 'image_content_policy_violation', 'misalignment_policy_violation'),
  ...as('content_filter', 'bio_policy', 'cyber_policy'),
  ...as('aborted', 'cancelled', 'canceled', 'request_cancelled', 'request_canceled'),
]);

/** A longer text is a message, not a word. */
const LONGEST_WORD = 64;

/**
 * The kind that a service's word stands for: `overloaded_error`, `RESOURCE_EXHAUSTED`, `ThrottlingException`, `body-timeout`; undefined
 * for a word that is not known.
 */
export function kindOfWord(word: unknown): FailureKind | undefined {
  if (typeof word !== 'string' || word.length > LONGEST_WORD) return undefined;
  const stem = word
    .trim()
    .replace(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toLowerCase()
    .replace(/_exception$/, '');
  return KINDS.get(stem) ?? KINDS.get(stem.replace(/_error$/, ''));
}

function as(kind: FailureKind, ...words: readonly string[]): [string, FailureKind][] {
  return words.map((word) => [word, kind]);
}
