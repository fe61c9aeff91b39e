import { isObject, type Members, memberOf } from './members.ts';

/** The headers of the response that an error carries, wherever its SDK keeps them. */
export function headersOf(error: Members): object | undefined {
  const own = [memberOf(error, 'headers'), memberOf(error, 'responseHeaders')];
  const responses = ['response', 'rawResponse', '$response'].map((name) => memberOf(memberOf(error, name), 'headers'));
  return [...own, ...responses].find(isObject);
}

/** Reads a header of anything that has `get` (the `Headers` of any copy of fetch, a `Map`) or of a plain object. */
export function headerIn(headers: unknown, name: string): string | undefined {
  if (!isObject(headers)) return undefined;
  try {
    const { get } = headers;
    const key = Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
    const found: unknown = typeof get === 'function' ? get.call(headers, name) : key && headers[key];
    const value: unknown = Array.isArray(found) ? found[0] : found; // as Node.js has headers that may come more than once
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  } catch {
    return undefined;
  }
}

/** The trailers of a call of gRPC, which its clients keep as metadata. */
export function trailersOf(error: Members): object | undefined {
  const metadata = memberOf(error, 'metadata');
  return isObject(metadata) && typeof memberOf(metadata, 'get') === 'function' ? metadata : undefined;
}

/** The names of headers of any form, in lower case; the most that are read is a limit. */
export function headerNames(headers: unknown): readonly string[] {
  if (!isObject(headers)) return [];
  try {
    const { keys } = headers;
    const names: unknown[] =
      typeof keys === 'function' ? [...(keys.call(headers) as Iterable<unknown>)] : Object.keys(headers);
    return names.slice(0, MAX_HEADERS).map((name) => String(name).toLowerCase());
  } catch {
    return [];
  }
}

const MAX_HEADERS = 128;
