import type { AnswerForm as RequestForm } from '../../../llm/dialects/dialect.ts';
import { isInstanceName } from '../../../llm/dialects/instances.ts';
import { isPlainObject } from '../../../llm/fields.ts';
import { isUsage, type Usage } from '../../../llm/money/usage.ts';
import { type HttpHead, isHttpHead } from './http-head.ts';
import { isNestedWithin } from './payload.ts';
import type { PayloadCoding } from './payload-coding.ts';

/**
 * How an answer was given, and is given again: as a value, an async iterable of objects, a web `ReadableStream` of objects, or as the bytes
 * of a server's answer.
 */
export type AnswerForm = 'value' | 'iterable' | 'readable' | 'bytes';

/** What is known about a stored answer without reading it. */
export interface EnvelopeHeader {
  /** SHA-256 over the request, as in the key. */
  readonly digest: string;
  readonly scopeHash: string;
  /** The model that was asked for, if the request named one. */
  readonly model?: string | undefined;
  readonly form: AnswerForm;
  /** In which form it had been asked for. */
  readonly askedFor: RequestForm;
  /** The class that the value, or each chunk, is an instance of; undefined for plain data. */
  readonly instance?: string | undefined;
  /** What stands around the payload of an answer in bytes; undefined for every other. */
  readonly http?: HttpHead | undefined;
  /** When the answer was stored, in milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  /** How long it is fresh. */
  readonly ttlMs: number;
  /** How long past its ttl it is kept; undefined if it is not. */
  readonly staleMs?: number | undefined;
  /** Stands for the tags of the request, and for their generations when the answer was asked for; undefined without tags. */
  readonly generation?: string | undefined;
  readonly usage?: Usage | undefined;
  /** The model that answered, as the provider names it. */
  readonly answeredBy?: string | undefined;
  /** What its model call cost, in US dollars, if the prices of the cache say something else. */
  readonly paidUsd?: number | undefined;
  /** How many bytes of UTF-8 the payload has; undefined in entries of earlier versions. */
  readonly payloadBytes?: number | undefined;
  /** How the payload was compressed or encrypted; undefined for one that stands as it is. */
  readonly coding?: PayloadCoding | undefined;
}

export interface Envelope extends EnvelopeHeader {
  /** JSON (the value, or the array of the chunks of a stream) or the body of an answer in bytes; coded where the header says so. */
  readonly payload: string;
}

/** What a stored answer must be an answer to. */
export type Expected = Pick<EnvelopeHeader, 'digest' | 'scopeHash' | 'model'>;

const ENVELOPE_VERSION = 1;

/** No header is longer, in characters: the longest parts of one are two names of models and what servers may send as headers. */
export const MAX_HEADER_LENGTH: number = 32_768;

/** The members of a header as they are written: member by member, because that takes a third of the time of writing them at once. */
const MEMBERS = Object.keys({
  digest: true,
  scopeHash: true,
  model: true,
  form: true,
  askedFor: true,
  instance: true,
  http: true,
  createdAtMs: true,
  ttlMs: true,
  staleMs: true,
  generation: true,
  usage: true,
  answeredBy: true,
  paidUsd: true,
  coding: true,
} satisfies Readonly<Record<Exclude<keyof EnvelopeHeader, 'payloadBytes'>, true>>) as (keyof EnvelopeHeader)[];

/** A text that was put together is kept as all its pieces until it is read, which a store in memory may never do. */
function inOnePiece(text: string): string {
  /^/.test(text);
  return text;
}

/** Whether the header of a sealed envelope can be read again; one with an endless name of a model cannot. */
export function isReadable(sealed: string): boolean {
  return sealed.indexOf('\n') < MAX_HEADER_LENGTH;
}

/** Puts an answer into the text that a store keeps: one line of JSON about it, then its own JSON. */
export function sealEnvelope(envelope: Envelope): string {
  let header = `{"version":${ENVELOPE_VERSION}`;
  for (const name of MEMBERS) {
    const value = envelope[name];
    if (value !== undefined) header += `,"${name}":${typeof value === 'number' ? value : JSON.stringify(value)}`;
  }
  return inOnePiece(`${header},"payloadBytes":${Buffer.byteLength(envelope.payload)}}\n${envelope.payload}`);
}

/** Reads what a store gave, which may be anything; undefined if it is anything but an envelope of this version. */
export function readEnvelope(text: unknown): Envelope | undefined {
  if (typeof text !== 'string') return undefined;
  const end = text.indexOf('\n');
  if (end === -1) return undefined;
  const header = readHeader(text.slice(0, end));
  return header && Object.assign(header, { payload: text.slice(end + 1) });
}

/** Reads the first line of an envelope; undefined if it is anything else. */
export function readHeader(line: string): EnvelopeHeader | undefined {
  const header = line.length > MAX_HEADER_LENGTH ? undefined : parsed(line);
  return isHeader(header) ? header : undefined;
}

/** Whether a header is that of an answer to that very request. */
export function isExpected(header: EnvelopeHeader, { digest, scopeHash, model }: Expected): boolean {
  return header.digest === digest && header.scopeHash === scopeHash && header.model === model;
}

/** Reads what a store gave; undefined if it is not the answer to that very request: corrupt, foreign, or of another version. */
export function openEnvelope(text: unknown, expected: Expected): Envelope | undefined {
  const envelope = readEnvelope(text);
  return envelope !== undefined && isExpected(envelope, expected) ? envelope : undefined;
}

/** Milliseconds since an answer was stored; never negative, because the clocks of two hosts differ. */
export function ageOf({ createdAtMs }: EnvelopeHeader, epochMs: number): number {
  return Math.max(0, epochMs - createdAtMs);
}

/** The clocks of two hosts differ by minutes, or by hours where a time zone is wrong. */
export const MAX_CLOCK_DIFFERENCE_MS: number = 24 * 3_600_000;

/** Whether an answer was stored later than any host's clock can say: its time was made up. */
export function isFromFuture({ createdAtMs }: EnvelopeHeader, epochMs: number): boolean {
  return createdAtMs - epochMs > MAX_CLOCK_DIFFERENCE_MS;
}

/** How long an answer is still kept, fresh or stale, in milliseconds, between 0 and its whole life. */
export function remainingLifeOf(header: EnvelopeHeader, epochMs: number): number {
  return Math.max(0, header.ttlMs + (header.staleMs ?? 0) - ageOf(header, epochMs));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** No time and no life is longer, in milliseconds. */
export const MAX_TIME_MS: number = Number.MAX_SAFE_INTEGER;

const FORMS: ReadonlySet<unknown> = new Set<AnswerForm>(['value', 'iterable', 'readable', 'bytes']);
const REQUEST_FORMS: ReadonlySet<unknown> = new Set<RequestForm>(['whole', 'stream', 'stream_with_usage', 'unknown']);

function isHeader(header: unknown): header is EnvelopeHeader {
  return (
    isPlainObject(header) &&
    header['version'] === ENVELOPE_VERSION &&
    typeof header['digest'] === 'string' &&
    typeof header['scopeHash'] === 'string' &&
    isTime(header['createdAtMs']) &&
    isTime(header['ttlMs']) &&
    (header['staleMs'] === undefined || isTime(header['staleMs'])) &&
    (header['payloadBytes'] === undefined || typeof header['payloadBytes'] === 'number') &&
    (header['generation'] === undefined || typeof header['generation'] === 'string') &&
    FORMS.has(header['form']) &&
    REQUEST_FORMS.has(header['askedFor']) &&
    (header['instance'] === undefined || isInstanceName(header['instance'])) &&
    (header['form'] === 'bytes' ? isHttpHead(header['http']) : header['http'] === undefined) &&
    (header['coding'] === undefined || isPlainObject(header['coding'])) &&
    (header['answeredBy'] === undefined || typeof header['answeredBy'] === 'string') &&
    (header['paidUsd'] === undefined || isPossibleBill(header['paidUsd'])) &&
    // Money is computed from it, and a store that others write to must not invent sums.
    (header['usage'] === undefined || isPossibleUsage(header['usage'])) &&
    isNestedWithin(header, MAX_HEADER_DEPTH)
  );
}

/** A header is flat but for its usage, its coding and the head of an answer in bytes. */
const MAX_HEADER_DEPTH = 8;

/** JSON reads `1e400` as Infinity. */
function isTime(ms: unknown): boolean {
  return typeof ms === 'number' && ms >= 0 && ms <= MAX_TIME_MS;
}

/** A hundred times the largest context of any model. */
const MAX_TOKENS = 100_000_000;

/** Far above the bill of any call. */
const MAX_BILLED_USD = 10_000;

function isPossibleBill(usd: unknown): boolean {
  return typeof usd === 'number' && usd >= 0 && usd <= MAX_BILLED_USD;
}

function isPossibleUsage(usage: unknown): usage is Usage {
  if (!isUsage(usage)) return false;
  const { billedUsd = 0, toolCalls = {}, ...counts } = usage;
  const areTooMany = (count: unknown): boolean => typeof count === 'number' && count > MAX_TOKENS;
  return billedUsd <= MAX_BILLED_USD && ![...Object.values(counts), ...Object.values(toolCalls)].some(areTooMany);
}

/** Of the UTF-8 bytes of a text, how many more than its characters it may have and be written in ASCII: one in sixteen. */
const MAX_SHARE = 1 / 16;

/**
 * The same JSON in ASCII, where few characters are anything else: one typographic quote makes an engine keep a text in two bytes a
 * character, and read it from UTF-8 at half the speed. A text in another script stays as it is, because escapes would double it.
 *
 * @param maxLength - how many characters it may have; one that would have more stays as it is
 */
export function asciiJson(json: string, maxLength: number = Infinity): string {
  const excess = Buffer.byteLength(json) - json.length;
  if (excess === 0 || excess > json.length * MAX_SHARE) return json;
  const escaped = json.replace(/[^\0-\x7f]/g, escapeOf); // outside of its strings JSON is ASCII
  if (escaped.length > maxLength) return json;
  return Buffer.from(escaped, 'latin1').toString('latin1'); // in one byte a character from now on
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
