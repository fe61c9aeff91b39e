import { LRUCache } from 'lru-cache';
import { type EnvelopeHeader, type Expected, isExpected, readHeader } from './envelope.ts';

/** A header, and the very bytes that it was read from, its line feed included. */
interface KnownHeader {
  readonly header: EnvelopeHeader;
  readonly line: Buffer;
}

/** A stored answer whose header was read, and whose payload was not. */
export interface SealedEntry {
  readonly header: EnvelopeHeader;
  /** The UTF-8 bytes of the payload, as they were stored. */
  readonly body: Uint8Array;
  /** Whether the header is the same object as the last time, and will be so the next. */
  readonly isKnown: boolean;
}

/** In half a megabyte, as headers are. */
const MAX_HEADERS = 1_000;

/** Longer ones are read each time: what a store gives may be of any length, and would stay in memory. */
const MAX_LENGTH = 4_096;

const LINE_FEED = 10;

/**
 * Opens entries as bytes, of which the same come again and again: a header is read once for as long as its bytes stay the same.
 *
 * What is no answer to the very request (corrupt, foreign, or of another version) is not opened.
 */
export class KnownHeaders {
  readonly #known = new LRUCache<string, KnownHeader>({ max: MAX_HEADERS });

  open(key: string, bytes: unknown, expected: Expected): SealedEntry | undefined {
    if (!(bytes instanceof Uint8Array)) return undefined; // a store may give anything
    const known = this.#known.get(key);
    const isKnown = known !== undefined && isBegunBy(known.line, bytes);
    const end = isKnown ? known.line.length : bytes.indexOf(LINE_FEED) + 1;
    const header = isKnown ? known.header : this.#read(key, bytes, end);
    if (header === undefined || !isExpected(header, expected)) return undefined;
    return { header, body: bytes.subarray(end), isKnown };
  }

  #read(key: string, { buffer, byteOffset }: Uint8Array, end: number): EnvelopeHeader | undefined {
    const line = Buffer.from(buffer, byteOffset, end);
    const header = readHeader(line.toString());
    if (header === undefined || line.length > MAX_LENGTH) return header;
    this.#known.set(key, { header, line: Buffer.from(line) }); // a copy: the rest need not be kept
    return header;
  }
}

function isBegunBy(line: Buffer, bytes: Uint8Array): boolean {
  return bytes.length >= line.length && line.compare(bytes, 0, line.length) === 0;
}
