import { isPlainObject } from '../fields.ts';
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

/** The API keys that a request carries beside its body, in fields of their own or in headers; only their HMAC may go anywhere. */
export function callerKeyIn(request: object, fields: readonly string[] = []): string | null | undefined {
  const places = ['apiKey', 'api_key', ...fields].map((name) => keyInField(request, name));
  const found = [...places, keyInHeaders(ownData(request, 'headers'))].filter((key) => key !== undefined);
  return found.includes(null) ? null : found.join('\n') || undefined;
}

/**
 * The headers of a request that may carry a key, as text: all but those of transport and tracing.
 *
 * @returns undefined without such a header; null for headers that cannot be read without using them up, or at all, and for a signature
 */
export function keyInHeaders(headers: unknown): string | null | undefined {
  const read = readHeaders(headers);
  if (read?.some(isSignature) === true) return null; // a signature differs each time, and anyone can write another access key into it
  return read && (read.map(([name, value]) => `${name}: ${onOneLine(value)}`).join('\n') || undefined);
}

/** The headers that may decide an answer: all but those of transport, of tracing, and those known to carry a key. */
export function decisiveHeadersIn(headers: unknown): readonly Header[] | null {
  return readHeaders(headers)?.filter(([name]) => !KEY_HEADERS.has(name)) ?? null;
}

/** The headers of a request as they are; something that cannot be read where they are given by a getter. */
export function headersIn(request: object): unknown {
  return ownData(request, 'headers');
}

/** A name in lower case, and a value. */
export type Header = readonly [name: string, value: string];

/** Headers that carry an API key and nothing else. */
const KEY_HEADERS: ReadonlySet<string> = new Set(['authorization', 'api-key', 'x-api-key', 'x-goog-api-key']);

/** Headers that carry only transport or tracing: whatever is not known may be a key, or decide the answer. */
const TRANSPORT: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'date',
  'expect',
  'host',
  'keep-alive',
  'te',
  'transfer-encoding',
  'user-agent',
  'traceparent',
  'tracestate',
  'baggage',
  'x-trace',
  'x-trace-id',
  'b3',
  'sentry-trace',
  'uber-trace-id',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
  ...['request-id', 'client-request-id', 'ms-client-request-id', 'correlation-id', 'idempotency-key'].flatMap((id) => [
    id,
    `x-${id}`,
  ]),
]);

/** The same by what their names begin with. */
const TRANSPORT_FAMILY = /^x-(?:b3|datadog|stainless)-/;

/** What HTTP allows as the name of a header. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

const UNREADABLE = Symbol('unreadable');

/** A field of its own; a getter may give something else each time. */
function ownData(record: object, name: string): unknown {
  const property = Object.getOwnPropertyDescriptor(record, name);
  return property === undefined || 'value' in property ? property?.value : UNREADABLE;
}

function keyInField(request: object, name: string): string | null | undefined {
  const key = ownData(request, name);
  if (key === undefined || key === null || key === '') return undefined;
  return typeof key === 'string' ? onOneLine(key) : null;
}

/** Several keys stand one on a line. */
function onOneLine(key: string): string {
  return JSON.stringify(key).slice(1, -1);
}

/** All headers but those of transport and tracing, sorted; null if any cannot be read. */
function readHeaders(headers: unknown): readonly Header[] | null {
  if (headers === undefined || headers === null) return [];
  try {
    const pairs = pairsOf(headers);
    if (pairs === null) return null;
    const read: Header[] = [];
    for (const [name, value] of pairs) {
      if (value === undefined || value === null) continue;
      const text = headerText(value);
      if (typeof name !== 'string' || !TOKEN.test(name) || text === null) return null;
      const lowered = name.toLowerCase();
      if (!isTransportHeader(lowered)) read.push([lowered, text]);
    }
    const kept = read.some(isSignature) ? read.filter(([name]) => !isOfSignature(name)) : read;
    return kept.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  } catch {
    return null; // a proxy or an iterator that throws
  }
}

function headerText(value: unknown): string | null {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? value.join(', ') : null;
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : null;
}

/** Pairs of names and values; null for what has none, and for an iterator, which would be used up. */
function pairsOf(headers: unknown): readonly (readonly unknown[])[] | null {
  if (typeof headers !== 'object' || headers === null) return null;
  const iterate: unknown = Reflect.get(headers, Symbol.iterator);
  if (typeof iterate === 'function') {
    const iterator: unknown = Reflect.apply(iterate, headers, []);
    if (iterator === headers || !(Array.isArray(headers) || headers instanceof Map || headers instanceof Headers))
      return null;
    const pairs = [...headers];
    return pairs.every((pair) => Array.isArray(pair) && pair.length === 2) ? (pairs as unknown[][]) : null;
  }
  if (!isPlainObject(headers)) return null;
  const names = Reflect.ownKeys(headers);
  const pairs = names.map((name) => [name, Object.getOwnPropertyDescriptor(headers, name)] as const);
  if (!pairs.every(([, property]) => property?.enumerable === true && 'value' in property)) return null;
  return pairs.map(([name, property]) => [name, property?.value]);
}

/** Whether a header is a signature for AWS, which differs for each request. */
function isSignature([name, value]: Header): boolean {
  return name === 'authorization' && value.startsWith('AWS4-');
}

/** Whether a header belongs to the signature of a request to AWS. @param name - in lower case */
export function isOfSignature(name: string): boolean {
  return OF_SIGNATURE.test(name);
}

const OF_SIGNATURE = /^(?:x-amz-(?:date|content-sha256|security-token|user-agent)|amz-sdk-.*)$/;

/** Whether a header carries only transport or tracing. @param name - in lower case */
export function isTransportHeader(name: string): boolean {
  return TRANSPORT.has(name) || TRANSPORT_FAMILY.test(name);
}
