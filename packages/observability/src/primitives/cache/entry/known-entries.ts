import { LRUCache } from 'lru-cache';
import { type EnvelopeHeader, type Expected, isExpected, readHeader } from './envelope.ts';

/** A stored answer, opened. */
export interface OpenedEntry {
  readonly header: EnvelopeHeader;
  /** JSON: the value, or the array of the chunks of a stream. */
  readonly payload: string;
  /** What the payload says, if the very entry was opened before and can be read; nobody may be given it, only copies. */
  readonly data?: { readonly value: unknown } | undefined;
}

interface KnownEntry extends OpenedEntry {
  readonly text: string;
  data: { readonly value: unknown } | undefined;
}

/** What is kept of the entries of one store at most. */
const MAX_BYTES = 8_388_608;

/** The text and what it says, at two bytes a character, and the objects of both. */
function sizeOf({ text }: KnownEntry): number {
  return text.length * 4 + 1_024;
}

/**
 * Opens entries as texts, of which the same come again and again from a store that is somewhere else: an entry whose text is the very
 * text of the last time is not read again.
 *
 * What is no answer to the very request (corrupt, foreign, or of another version) is not opened.
 */
export class KnownEntries {
  static readonly #all = new WeakMap<object, KnownEntries>();
  readonly #known = new LRUCache<string, KnownEntry>({ maxSize: MAX_BYTES, sizeCalculation: sizeOf });

  /** Those of a store, for all its caches. */
  static of(store: object): KnownEntries {
    const known = KnownEntries.#all.get(store) ?? new KnownEntries();
    KnownEntries.#all.set(store, known);
    return known;
  }

  open(key: string, text: unknown, expected: Expected): OpenedEntry | undefined {
    if (typeof text !== 'string') return undefined; // a store may give anything
    const known = this.#known.get(key);
    if (known?.text === text) {
      known.data ??= dataOf(known.payload);
      return isExpected(known.header, expected) ? known : undefined;
    }
    const end = text.indexOf('\n') + 1;
    const header = readHeader(text.slice(0, end));
    if (header === undefined || !isExpected(header, expected)) return undefined;
    const payload = text.slice(end);
    this.#known.set(key, { header, payload, text, data: undefined });
    return { header, payload };
  }
}

function dataOf(payload: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(payload) };
  } catch {
    return undefined;
  }
}
