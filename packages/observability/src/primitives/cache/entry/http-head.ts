import { Readable } from 'node:stream';
import { formOf, isResponse, isStream, type StreamForm, safely, wholeResponse } from 'tta-dev-primitives/internal';
import { type HttpAnswer, headerOf } from '../../../llm/call/http-answer.ts';
import { framingOfBody } from '../../../llm/dialects/bytes/framing-of-body.ts';
import { piecesOf } from '../../../llm/dialects/bytes/whole-body.ts';
import { isPlainObject } from '../../../llm/fields.ts';
import type { CacheSkipReason } from '../facts.ts';
import { replay } from './replay.ts';

/** What the body of an answer is: one value, or a stream of bytes. */
export type BodyForm = 'text' | 'uint8array' | 'buffer' | StreamForm | 'node_readable';

/** What is stored of the answer of a server beside its body. */
export interface HttpHead {
  /** Whether the answer is a `Response`, or a record whose headers are a record or an instance of `Headers`. */
  readonly shape: 'response' | 'record' | 'record_with_headers';
  readonly status: number;
  readonly statusText?: string | undefined;
  /** Only headers that say what the body is, under the names they had. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: BodyForm;
  /** Whether the payload is the body in base64, because its bytes are not text in UTF-8. */
  readonly isBase64?: boolean | undefined;
}

const ENCODING = 'content-encoding';

/**
 * The headers that are stored. All others are about one exchange (ids, dates, cookies, rate limits, timings), about whose it was, or
 * about the bytes on the wire. The encoding is stored only of a body that may still be encoded.
 */
const STORED_HEADERS: ReadonlySet<string> = new Set([
  'content-type',
  'content-language',
  'content-disposition',
  ENCODING,
]);

const MEMBERS: ReadonlySet<string> = new Set(['status', 'statusText', 'headers', 'body']);

/** What is stored of an answer beside its body, or why it is not stored. */
export function headOf(output: unknown, answer: HttpAnswer): HttpHead | CacheSkipReason {
  const { status, body, isEncoded } = answer;
  const shape = shapeOf(output, answer);
  if (shape === undefined || isEncoded) return 'unserializable';
  if (status < 200 || status > 299) return 'error';
  if (status === 206) return 'interrupted'; // a part of what the same request may get whole
  const form = bodyFormOf(body);
  if (form === undefined) return 'unserializable';
  const { statusText } = output as { readonly statusText?: unknown };
  const named = typeof statusText === 'string' && statusText !== '' ? { statusText } : {};
  const head = { shape, status, ...named, headers: storedHeaders(answer.headers), body: form };
  return isHttpHead(head) ? head : 'unserializable';
}

/** A response of another class is stored if a `Response` does for it: node-fetch's has a body of Node.js. */
function shapeOf(output: unknown, { headers, body }: HttpAnswer): HttpHead['shape'] | undefined {
  if (isResponse(output)) return body instanceof ReadableStream || body instanceof Uint8Array ? 'response' : undefined;
  const hasMore = !isPlainObject(output) || Object.keys(output).some((name) => !MEMBERS.has(name));
  if (hasMore) return undefined;
  if (headers instanceof Headers) return 'record_with_headers';
  return isPlainObject(headers) ? 'record' : undefined;
}

/** The head of a decoded body: `fetch` decodes bodies and leaves the header. */
export function withoutEncoding(head: HttpHead): HttpHead {
  const headers = Object.entries(head.headers).filter(([name]) => name.toLowerCase() !== ENCODING);
  return { ...head, headers: Object.fromEntries(headers) };
}

/** The kind of an answer that its caller relies on: a `Response`, or a record by the classes of its headers and its body. */
export function kindOfHead({ shape, body }: Pick<HttpHead, 'shape' | 'body'>): string {
  return shape === 'response' ? shape : `${shape} ${body}`;
}

/** The same for an answer of the step; `other` for one that cannot be stored. */
export function kindOfAnswer(output: unknown, answer: HttpAnswer): string {
  if (isResponse(output)) return answer.body instanceof Readable ? 'other' : 'response';
  const shape = shapeOf(output, answer);
  const body = bodyFormOf(answer.body);
  return shape === undefined || body === undefined ? 'other' : kindOfHead({ shape, body });
}

function bodyFormOf(body: unknown): BodyForm | undefined {
  if (typeof body === 'string') return body.isWellFormed() ? 'text' : undefined;
  if (body instanceof Uint8Array) return Buffer.isBuffer(body) ? 'buffer' : 'uint8array';
  if (body instanceof Readable) return 'node_readable';
  return isStream(body) ? formOf(body) : undefined;
}

function storedHeaders(headers: unknown): Record<string, string> {
  const names = headers instanceof Headers || !isPlainObject(headers) ? [...STORED_HEADERS] : Object.keys(headers);
  const stored: Record<string, string> = {};
  for (const name of names) {
    const value = STORED_HEADERS.has(name.toLowerCase()) ? headerOf(headers, name.toLowerCase()) : undefined;
    if (value !== undefined) stored[name] = value;
  }
  return stored;
}

/** Whether a store gave what can be an answer again: others may write to it. */
export function isHttpHead(value: unknown): value is HttpHead {
  if (!isPlainObject(value)) return false;
  const { shape, status, statusText, headers, body, isBase64 } = value;
  return (
    SHAPES.has(shape) &&
    BODIES.has(body) &&
    Number.isInteger(status) &&
    (status as number) >= 200 &&
    (status as number) <= 299 &&
    (statusText === undefined || typeof statusText === 'string') &&
    (isBase64 === undefined || isBase64 === true) &&
    isPlainObject(headers) &&
    Object.keys(headers).every((name) => STORED_HEADERS.has(name.toLowerCase())) &&
    Object.values(headers).every((header) => typeof header === 'string') &&
    !(shape === 'response' && WITHOUT_BODY.has(status)) &&
    safely(() => responseAround(value as unknown as HttpHead, null)) !== undefined
  );
}

/** Statuses of a `Response` that cannot have a body. */
const WITHOUT_BODY: ReadonlySet<unknown> = new Set([204, 205]);

/** @throws TypeError for what no `Response` can be, as a body with status 204 */
function responseAround(
  { status, statusText, headers }: HttpHead,
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
): Response {
  return new Response(body, { status, ...(statusText !== undefined && { statusText }), headers });
}

const SHAPES: ReadonlySet<unknown> = new Set<HttpHead['shape']>(['response', 'record', 'record_with_headers']);
const BODIES: ReadonlySet<unknown> = new Set<BodyForm>([
  'text',
  'uint8array',
  'buffer',
  'iterable',
  'readable',
  'bytes',
  'node_readable',
]);

export function contentTypeOf({ headers }: HttpHead): string | undefined {
  return headerOf(headers, 'content-type');
}

/** The answer again, with a body of its own; a stream gives one event or line of its body at a time. */
export function answerAround(head: HttpHead, body: Buffer): object {
  const { shape, status, statusText, headers } = head;
  if (shape === 'response' && framingOfBody(body, contentTypeOf(head)) === undefined) {
    return wholeResponse(responseAround(head, null), new Uint8Array(body));
  }
  const own = bodyIn(head.body, body, contentTypeOf(head));
  if (shape === 'response') return responseAround(head, own as ReadableStream<Uint8Array<ArrayBuffer>>);
  const named = statusText === undefined ? {} : { statusText };
  return { status, ...named, headers: shape === 'record' ? { ...headers } : new Headers(headers), body: own };
}

function bodyIn(form: BodyForm, body: Buffer, contentType: string | undefined): unknown {
  switch (form) {
    case 'text':
      return body.toString('utf8');
    case 'uint8array':
      return new Uint8Array(body);
    case 'buffer':
      return Buffer.from(body);
    case 'node_readable':
      return Readable.from(streamOf('iterable', body, contentType) as AsyncIterable<Uint8Array>);
    default:
      return streamOf(form, body, contentType);
  }
}

function streamOf(form: StreamForm, body: Buffer, contentType: string | undefined): object {
  return replay(form, copiesOf(piecesOf(body, contentType), form));
}

/** A byte stream takes the memory of a piece away. */
function* copiesOf(pieces: Iterable<Buffer>, form: StreamForm): Generator<Uint8Array> {
  for (const piece of pieces) yield form === 'iterable' ? Buffer.from(piece) : new Uint8Array(piece);
}
