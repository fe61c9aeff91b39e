import { nameOption, type OptionRules, option, refusal } from 'tta-dev-primitives/internal';
import { isTransportHeader } from '../../llm/dialects/carriage.ts';
import { providerAt } from '../../llm/dialects/hosts.ts';
import { isPlainObject } from '../../llm/fields.ts';
import type { FetchCall } from './fetch-call.ts';

/** Another model, server or account that answers requests of the same wire format. Fields that are left out keep the caller's values. */
export interface FetchTarget {
  readonly model?: string | undefined;
  /**
   * The base URL of its API, as the provider's SDK expects it: `https://api.groq.com/openai/v1`. Its parameters, such
   * as `api-version`, are added to every request.
   */
  readonly baseURL?: string | undefined;
  /**
   * Its key, which replaces the caller's key. @defaultValue the caller's; none at another origin, because a key is for
   * one server only
   */
  readonly apiKey?: string | undefined;
  /** Headers to set. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Where a request goes, and with which headers. */
export interface Destination {
  readonly url: string;
  readonly headers: Headers;
}

/** @throws TypeError or RangeError that names the option */
export const TARGET_RULES: OptionRules<FetchTarget> = {
  model: nameOption,
  baseURL: option((owner, name, value) => {
    const allowed = 'an http or https address';
    if (typeof value !== 'string') throw new TypeError(refusal(owner, name, value, allowed));
    if (!/^https?:$/.test(URL.parse(value)?.protocol ?? '')) throw new RangeError(refusal(owner, name, value, allowed));
  }),
  apiKey: option((owner, name, value) => {
    if (typeof value === 'string' && value !== '') return;
    throw new TypeError(`${owner}: ${name} must be a key, but it is of type ${typeof value}`); // shows no key
  }),
  headers: option((owner, name, value) => {
    const isRecord = isPlainObject(value) && Object.values(value).every((each) => typeof each === 'string');
    if (!isRecord) throw new TypeError(`${owner}: ${name} must be an object of strings`); // shows no key
  }),
};

/** Where a call goes for a target, with the model that it asks there. */
export function destinationOf(
  { address, endpoint, http }: FetchCall,
  given: Headers,
  { baseURL, apiKey, headers: own = {} }: FetchTarget = {},
  model: string | undefined,
): Destination {
  const url = urlFor(address, baseURL, baseURL === undefined ? 0 : endpoint.start, (path) => {
    return (model === undefined ? undefined : http.pathFor?.(path, model)) ?? path;
  });
  const isElsewhere = url.origin !== address.origin;
  const headers = new Headers(given);
  if (isElsewhere) dropPrivate(headers, http.headers);
  if (url.searchParams.has('key') && (apiKey !== undefined || isElsewhere)) {
    if (apiKey === undefined) url.searchParams.delete('key');
    else url.searchParams.set('key', apiKey);
  }
  if (apiKey !== undefined) for (const name of ACCOUNT_HEADERS) headers.delete(name);
  if (apiKey !== undefined) setKey(headers, keyHeadersAt(url, isElsewhere, given), apiKey, url.searchParams.has('key'));
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  return { url: url.href, headers };
}

/**
 * The address under another base.
 *
 * @param start - where the part of the path begins that is the same under every base
 */
function urlFor(address: URL, baseURL: string | undefined, start: number, pathOf: (path: string) => string): URL {
  const path = pathOf(address.pathname.slice(start));
  const url = new URL(baseURL ?? address);
  url.pathname = baseURL === undefined ? path : url.pathname.replace(/\/+$/, '') + path;
  if (baseURL === undefined) return url;
  const query = new URLSearchParams(address.search);
  if (url.origin !== address.origin) dropPrivateQuery(query);
  for (const [name, value] of query) if (!url.searchParams.has(name)) url.searchParams.append(name, value);
  return url;
}

/** Where clients send their key. */
const KEY_HEADERS = ['authorization', 'api-key', 'x-api-key', 'x-goog-api-key'] as const;

/** Which account of a key is asked; another key does not have it. */
const ACCOUNT_HEADERS = ['openai-organization', 'openai-project', 'x-goog-user-project'] as const;

/** Azure takes the key of a resource in a header of its own, and servers with the API of OpenAI do not read that. */
function keyHeadersAt({ href }: URL, isElsewhere: boolean, given: Headers): readonly string[] {
  const names = KEY_HEADERS.filter((name) => given.has(name));
  if (!isElsewhere) return names;
  const own = providerAt(href)?.startsWith('azure.') === true ? 'api-key' : 'authorization';
  return names.map((name) => (name === 'authorization' || name === 'api-key' ? own : name));
}

function setKey(headers: Headers, names: readonly string[], apiKey: string, isInQuery: boolean): void {
  if (names.length === 0 && !isInQuery) headers.set('authorization', `Bearer ${apiKey}`);
  for (const name of names) headers.set(name, name === 'authorization' ? `Bearer ${apiKey}` : apiKey);
}

/** Headers of transport and tracing that are for one server, or state something about the user. */
const OF_THE_ORIGIN: ReadonlySet<string> = new Set(['host', 'baggage', 'tracestate', 'sentry-trace']);

/** Any header that is neither transport nor the protocol may carry a key, or tell one provider of an account at another. */
function dropPrivate(headers: Headers, protocol: RegExp | undefined): void {
  for (const name of [...headers.keys()]) {
    const isKept = (isTransportHeader(name) && !OF_THE_ORIGIN.has(name)) || protocol?.test(name) === true;
    if (!isKept) headers.delete(name);
  }
}

/** Parameters that ask for a form or a version of the answer; the key is swapped apart. */
const QUERY: ReadonlySet<string> = new Set(['alt', '$alt', 'api-version', 'beta', 'key']);

/** Any other parameter may carry a key, as `subscription-key` does. */
function dropPrivateQuery(query: URLSearchParams): void {
  for (const name of [...query.keys()]) if (!QUERY.has(name)) query.delete(name);
}
