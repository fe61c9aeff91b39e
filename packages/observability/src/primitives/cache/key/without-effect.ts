import type { RequestApi } from './model-request.ts';

/** Fields without effect, by name; `true` for the whole of a field, or what of its own fields has none. */
export interface WithoutEffect {
  readonly [field: string]: true | WithoutEffect;
}

/** How a request is carried, which callers put beside its body. */
const CARRIAGE: WithoutEffect = {
  signal: true,
  abortSignal: true,
  headers: true,
  timeout: true,
  timeoutMs: true,
  maxRetries: true,
  apiKey: true,
  api_key: true,
  request_id: true,
  requestId: true,
  idempotency_key: true,
  idempotencyKey: true,
};

/**
 * Fields of a model request that do not change its answer: who asks, how it is billed, carried and logged. Everything else is in
 * the key, unknown fields included, because a parameter that is missing from a key serves wrong answers.
 */
export const WITHOUT_EFFECT: Readonly<Record<RequestApi, WithoutEffect>> = {
  openai: {
    ...CARRIAGE,
    stream: true,
    stream_options: true,
    metadata: true,
    store: true,
    service_tier: true,
    prompt_cache_key: true,
    user: true,
    safety_identifier: true,
  },
  gemini: {
    ...CARRIAGE,
    labels: true,
    serviceTier: true,
    store: true,
    config: {
      abortSignal: true,
      labels: true,
      serviceTier: true,
      store: true,
      // The base URL, the version and an extra body say who answers, and what.
      httpOptions: { headers: true, timeout: true, retryOptions: true, fetch: true },
    },
  },
  'ai-sdk': CARRIAGE,
};

/** The person on whose behalf a request is made; in the key only where every user has answers of their own. */
export function personIn(request: Record<string, unknown>): readonly unknown[] {
  const { user, safety_identifier: identifier, metadata } = request;
  const metadataUser =
    typeof metadata === 'object' && metadata !== null && 'user_id' in metadata ? metadata.user_id : null;
  return [user ?? null, identifier ?? null, metadataUser ?? null];
}
