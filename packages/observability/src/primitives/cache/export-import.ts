import type { Clock } from 'tta-dev-primitives';
import {
  checkText,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
  systemClock,
} from 'tta-dev-primitives/internal';
import { isPlainObject } from '../../llm/fields.ts';
import { readEnvelope, sealEnvelope } from './entry/envelope.ts';
import { type CacheStore, checkStore } from './store/store.ts';

export interface ExportOptions {
  /** Only entries whose key begins with this. @defaultValue 'v1:', every entry of a cache */
  readonly prefix?: string | undefined;
  /** @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

export interface ImportOptions {
  /**
   * Gives every answer this lifetime from now on, in milliseconds, even an expired one. Use it for cassettes, which are
   * recorded once and replayed forever. @defaultValue the rest of each answer's own lifetime
   */
  readonly ttlMs?: number | undefined;
  /** @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

/** The result of an import. */
export interface ImportReport {
  readonly imported: number;
  /** Expired entries. */
  readonly expired: number;
  /** Lines that contain no entry, by number from 1. Their content is not included. */
  readonly refused: readonly { readonly line: number; readonly problem: string }[];
}

const CLOCK = option<Clock>(() => {}, systemClock);
const EXPORT = { prefix: option<string>(checkText, 'v1:'), clock: CLOCK } satisfies OptionRules<ExportOptions>;
const IMPORT = { ttlMs: numberOption({ above: 0 }), clock: CLOCK } satisfies OptionRules<ImportOptions>;

/** Enough to see what is wrong with a file; a file of another kind would fill memory. */
const MAX_REFUSED = 1_000;

/**
 * Exports the contents of a store as JSON lines, one entry per line: `{ key, value, expiresAtMs }`, where the time is
 * in milliseconds since the Unix epoch. The export contains answers as the store holds them. Of requests, it contains
 * only digests.
 *
 * @throws TypeError if the store cannot list what it holds
 * @example
 * ```ts
 * await pipeline(exportEntries(store), createWriteStream('answers.jsonl'));
 * ```
 */
export async function* exportEntries(
  store: CacheStore,
  options: ExportOptions = {},
): AsyncGenerator<string, void, undefined> {
  const { prefix, clock } = readOptions('exportEntries', options, EXPORT);
  checkStore('exportEntries', 'store', store);
  if (store.entries === undefined) {
    throw new TypeError('exportEntries: store must be able to list its entries, but it has no entries()');
  }
  for await (const { key, value, ttlMs } of store.entries(prefix)) {
    yield `${JSON.stringify({ key, value, expiresAtMs: Math.round(clock.epochMs() + ttlMs) })}\n`;
  }
}

/**
 * Imports exported entries into a store. Lines without an entry are reported and skipped. Expired entries are counted
 * and skipped. Existing values with the same key are replaced.
 *
 * @param lines - with or without their line breaks, as `readline` or `split` returns them; not one text with many lines
 * @throws StoreError if the store cannot be written to; earlier lines are already imported
 * @throws TypeError or RangeError naming the option if an option is wrong, or `lines` if it is not a list of lines
 * @example
 * ```ts
 * const { imported } = await importEntries(memoryStore(), createInterface(createReadStream('answers.jsonl')), { ttlMs: HOUR_MS });
 * ```
 */
export async function importEntries(
  store: CacheStore,
  lines: AsyncIterable<string> | (Iterable<string> & object),
  options: ImportOptions = {},
): Promise<ImportReport> {
  const { ttlMs, clock } = readOptions('importEntries', options, IMPORT);
  checkStore('importEntries', 'store', store);
  checkLines(lines);
  const refused: { readonly line: number; readonly problem: string }[] = [];
  let imported = 0;
  let expired = 0;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    const entry = readLine(text);
    if (typeof entry === 'string') {
      if (refused.length < MAX_REFUSED) refused.push({ line, problem: entry });
      continue;
    }
    const nowMs = clock.epochMs();
    const renewal = ttlMs === undefined ? withLifeLeft(entry, nowMs) : renewed(entry, ttlMs, nowMs);
    if (typeof renewal === 'string') {
      if (refused.length < MAX_REFUSED) refused.push({ line, problem: renewal });
      continue;
    }
    const { key, value, lifeMs } = renewal;
    if (lifeMs <= 0) {
      expired += 1;
      continue;
    }
    await store.set(key, value, lifeMs);
    imported += 1;
  }
  return { imported, expired, refused };
}

/** A whole file as one text is iterable too: character by character. Its content stays out of the message. */
function checkLines(lines: unknown): void {
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = Object(lines);
  if (typeof lines === 'string') {
    throw new TypeError(
      'importEntries: lines must be an iterable of lines, but it is one text; split it at its line breaks',
    );
  }
  if (typeof later === 'function' || typeof now === 'function') return;
  throw new TypeError(refusal('importEntries', 'lines', lines, 'an iterable of lines'));
}

interface Exported {
  readonly key: string;
  readonly value: string;
  readonly expiresAtMs: number;
}

interface Imported {
  readonly key: string;
  readonly value: string;
  readonly lifeMs: number;
}

/** The entry on a line, or what is wrong with it. */
function readLine(text: string): Exported | string {
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  if (!isPlainObject(entry)) return 'it is not an object';
  const { key, value, expiresAtMs } = entry;
  if (typeof key !== 'string' || !key.startsWith('v1:')) return '"key" must be a text that begins with v1:';
  if (typeof value !== 'string') return '"value" must be a text';
  if (!Number.isSafeInteger(expiresAtMs)) return '"expiresAtMs" must be a whole number';
  return { key, value, expiresAtMs: expiresAtMs as number };
}

function withLifeLeft({ key, value, expiresAtMs }: Exported, nowMs: number): Imported {
  return { key, value, lifeMs: expiresAtMs - nowMs };
}

/**
 * An answer is as fresh as its envelope says, so the envelope is renewed with it. The times of an encrypted answer cannot be
 * changed without its key; one without a time to be stale in is fresh for as long as the store keeps it.
 */
function renewed({ key, value }: Exported, ttlMs: number, nowMs: number): Imported | string {
  const envelope = readEnvelope(value);
  if (envelope?.coding?.keyId !== undefined) {
    return envelope.staleMs === undefined
      ? { key, value, lifeMs: ttlMs }
      : 'it is encrypted and its times cannot be changed; import it without ttlMs';
  }
  const fresh = envelope === undefined ? value : sealEnvelope({ ...envelope, createdAtMs: nowMs, ttlMs });
  return { key, value: fresh, lifeMs: ttlMs };
}
