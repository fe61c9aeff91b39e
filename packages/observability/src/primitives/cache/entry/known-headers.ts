import { LRUCache } from 'lru-cache';
import { type EnvelopeHeader, type Expected, isExpected, readHeader } from './envelope.ts';

/** A header, and the very text that it was read from, its line feed included. */
interface KnownHeader {
  readonly header: EnvelopeHeader;
  readonly line: string;
  readonly lineBytes: Buffer;
}

/** A stored answer whose header was read, and whose payload was not. */
interface OpenedHeader {
  readonly header: EnvelopeHeader;
  /** Whether the header is the same object as the last time, and will be so the next. */
  readonly isKnown: boolean;
}

export interface OpenedText extends OpenedHeader {
  readonly payload: string;
}

export interface OpenedBytes extends OpenedHeader {
  /** The UTF-8 bytes of the payload, as they were stored. */
  readonly body: Uint8Array;
}

/** In a megabyte, as headers are. */
const MAX_HEADERS = 1_000;

/** Longer ones are read each time: what a store gives may be of any length, and would stay in memory. */
const MAX_LENGTH = 4_096;

const LINE_FEED = 10;

/**
 * Opens the entries of a store that is somewhere else, where the same come again and again: a header is read once for as long as its
 * text stays the same.
 *
 * What is no answer to the very request (corrupt, foreign, or of another version) is not opened.
 */
export class KnownHeaders {
  readonly #known = new LRUCache<string, KnownHeader>({ max: MAX_HEADERS });

  openText(key: string, text: unknown, expected: Expected): OpenedText | undefined {
    if (typeof text !== 'string') return undefined; // a store may give anything
    const known = this.#known.get(key);
    const isKnown = known !== undefined && text.slice(0, known.line.length) === known.line;
    const end = isKnown ? known.line.length : text.indexOf('\n') + 1;
    const header = isKnown ? fitting(known, expected) : this.#read(key, text.slice(0, end), expected);
    return header && { header, payload: text.slice(end), isKnown };
  }

  openBytes(key: string, bytes: unknown, expected: Expected): OpenedBytes | undefined {
    if (!(bytes instanceof Uint8Array)) return undefined;
    const known = this.#known.get(key);
    const isKnown = known !== undefined && isBegunBy(known.lineBytes, bytes);
    const end = isKnown ? known.lineBytes.length : bytes.indexOf(LINE_FEED) + 1;
    const header = isKnown ? fitting(known, expected) : this.#read(key, textOf(bytes, end), expected);
    return header && { header, body: bytes.subarray(end), isKnown };
  }

  #read(key: string, line: string, expected: Expected): EnvelopeHeader | undefined {
    const header = readHeader(line);
    if (header === undefined || !isExpected(header, expected)) return undefined;
    if (line.length > MAX_LENGTH) return header;
    const lineBytes = Buffer.from(line);
    this.#known.set(key, { header, line: lineBytes.toString(), lineBytes }); // no part of the text, which would be kept whole
    return header;
  }
}

/** The digest and the scope of the request are in the key. */
function fitting({ header }: KnownHeader, { model }: Expected): EnvelopeHeader | undefined {
  return header.model === model ? header : undefined;
}

function isBegunBy(line: Buffer, bytes: Uint8Array): boolean {
  return bytes.length >= line.length && line.compare(bytes, 0, line.length) === 0;
}

function textOf({ buffer, byteOffset }: Uint8Array, end: number): string {
  return Buffer.from(buffer, byteOffset, end).toString();
}
