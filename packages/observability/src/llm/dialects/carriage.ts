import { field } from '../fields.ts';
import type { FieldRules } from './dialect.ts';

/** Transport options that clients accept beside the body. None of them decides the answer. */
export const CARRIAGE: FieldRules = {
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

/** Headers that carry an API key, in lower case. */
const KEY_HEADERS: ReadonlySet<string> = new Set(['authorization', 'api-key', 'x-api-key', 'x-goog-api-key']);

/** The API key that a request carries beside its body, in a field of its own or in a header; only its HMAC may go anywhere. */
export function callerKeyIn(request: object): string | undefined {
  const places = [field(request, 'apiKey'), field(request, 'api_key'), keyInHeaders(field(request, 'headers'))];
  return places.find((key): key is string => typeof key === 'string' && key !== '');
}

/** The headers that carry an API key, as text; undefined without one. */
export function keyInHeaders(headers: unknown): string | undefined {
  if (headers instanceof Headers) return keyInHeaders(Object.fromEntries(headers));
  if (typeof headers !== 'object' || headers === null) return undefined;
  const names = Object.keys(headers).filter((name) => KEY_HEADERS.has(name.toLowerCase()));
  const found = names.map((name) => [name.toLowerCase(), field(headers, name)] as const);
  const known = found.filter(([, value]) => value !== undefined && value !== null);
  return known.length === 0 ? undefined : known.map(([name, value]) => `${name}: ${String(value)}`).join('\n');
}
