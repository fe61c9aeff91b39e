import { isPlainObject } from './canonical-json.ts';

/**
 * Fields of a model request that do not change its answer: who asks, how it is billed and carried. Everything else is in the
 * key, unknown fields included, because a parameter that is missing from a key serves wrong answers.
 */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'stream',
  'stream_options',
  'metadata',
  'store',
  'service_tier',
  'prompt_cache_key',
  'signal',
  'abortSignal',
  'headers',
  'timeout',
  'timeoutMs',
  'maxRetries',
  'apiKey',
  'api_key',
  'request_id',
  'requestId',
  'idempotency_key',
  'idempotencyKey',
]);

/** The person on whose behalf a request is made; in the key only where every user has answers of their own. */
const PERSON: ReadonlySet<string> = new Set(['user', 'safety_identifier']);

/**
 * Whether an input is the body of a request to a model. Only then is the meaning of its fields known: in any other record a
 * `user` or a `store` may be the very question.
 */
function isModelRequest(input: unknown): input is Record<string, unknown> {
  if (!isPlainObject(input)) return false;
  if (Array.isArray(input['messages']) || Array.isArray(input['contents'])) return true;
  return typeof input['model'] === 'string' && (input['input'] !== undefined || input['prompt'] !== undefined);
}

/** What of an input decides the answer. */
export function materialOf(input: unknown, isPerUser: boolean): unknown {
  if (!isModelRequest(input)) return input;
  const isWithoutEffect = (field: string): boolean => WITHOUT_EFFECT.has(field) || (!isPerUser && PERSON.has(field));
  return Object.fromEntries(Object.entries(input).filter(([field]) => !isWithoutEffect(field)));
}

/** In which form a request wants its answer. */
export type RequestForm = 'whole' | 'stream' | 'stream+usage';

/** The form in which a request wants its answer; whatever does not ask for a stream wants it whole. */
export function formOf(input: unknown): RequestForm {
  if (!isModelRequest(input) || input['stream'] !== true) return 'whole';
  const options = input['stream_options'];
  return isPlainObject(options) && options['include_usage'] === true ? 'stream+usage' : 'stream';
}

/** The model a request names, if it names one. */
export function requestedModel(input: unknown): string | undefined {
  return isPlainObject(input) && typeof input['model'] === 'string' ? input['model'] : undefined;
}

/**
 * Whether a request leaves something behind at the provider (a stored response, a conversation, a job), so that a repeated
 * request must be made again.
 */
export function hasServerState(input: unknown): boolean {
  if (!isModelRequest(input)) return false;
  return (
    input['store'] === true ||
    input['background'] === true ||
    (input['previous_response_id'] ?? undefined) !== undefined ||
    (input['conversation'] ?? undefined) !== undefined
  );
}
