import { modelRequestOf } from './model-request.ts';
import { isPlainObject } from './plain-object.ts';

/** Headers that carry an API key, as OpenAI, Azure, Anthropic and Google want it. */
const KEY_HEADERS: ReadonlySet<string> = new Set(['authorization', 'api-key', 'x-api-key', 'x-goog-api-key']);

/** The API key that a request to a model carries, if it carries one; only its HMAC may go anywhere. */
export function callerKeyOf(input: unknown): string | undefined {
  const request = modelRequestOf(input)?.fields;
  if (request === undefined) return undefined;
  const { apiKey, api_key: snakeKey, headers, config } = request;
  const http = isPlainObject(config) ? config['httpOptions'] : undefined;
  return [apiKey, snakeKey, keyIn(headers), isPlainObject(http) ? keyIn(http['headers']) : undefined].find(
    (key): key is string => typeof key === 'string' && key !== '',
  );
}

function keyIn(headers: unknown): string | undefined {
  if (headers instanceof Headers) return keyIn(Object.fromEntries(headers));
  if (!isPlainObject(headers)) return undefined;
  const found = Object.entries(headers).filter(([name]) => KEY_HEADERS.has(name.toLowerCase()));
  return found.length === 0 ? undefined : found.map(([name, value]) => `${name.toLowerCase()}: ${value}`).join('\n');
}
