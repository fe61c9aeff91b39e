import { LRUCache } from 'lru-cache';
import type { NoteFact } from 'tta-dev-primitives';
import type { Dialect, AnswerForm as RequestForm } from '../../../llm/dialects/dialect.ts';
import { type Revive, reviverOf } from '../../../llm/dialects/instances.ts';
import { isPlainObject } from '../../../llm/fields.ts';
import type { CacheTier } from '../facts.ts';
import type { StoredAnswer } from '../flight/flight-outcome.ts';
import type { KnownRequest } from '../request/request-reader.ts';
import type { ReportingStore } from '../store/reporting-store.ts';
import { type StoredValue, textOf } from '../store/store.ts';
import { type BodyAnswer, bodyInForm, type FormedAnswer, inForm } from './answer-codec.ts';
import { bodyIn } from './body-recording.ts';
import {
  type EnvelopeHeader,
  type Expected,
  isExpected,
  isFromFuture,
  MAX_HEADER_LENGTH,
  readHeader,
} from './envelope.ts';
import { answerAround, type HttpHead, kindOfHead } from './http-head.ts';
import type { OpenedEntry } from './opened-entry.ts';
import { type AnswerCopies, CopiedAnswer, Copies, FrozenAnswer, storedData } from './payload.ts';

/** Objects and streams of objects, or the answers of servers. */
export type AnswerKind = 'objects' | 'bytes';

/** What is kept of the entries of one store at most. */
const MAX_BYTES = 8_388_608;

/** The text and what it says, at two bytes a character, and the objects of both. */
function sizeOf({ text }: OpenedEntry): number {
  return text.length * 4 + 1_024;
}

/**
 * Opens entries as texts, and the same texts come again and again: an entry whose text is the very text of the last time is not read
 * again. What is no answer to the very request (corrupt, foreign, or of another version) is not opened.
 */
export class OpenedEntries {
  static readonly #all = new WeakMap<object, OpenedEntries>();
  readonly #opened = new LRUCache<string, OpenedEntry>({ maxSize: MAX_BYTES, sizeCalculation: sizeOf });

  /** Those of a store, for all its caches. */
  static of(store: object): OpenedEntries {
    const known = OpenedEntries.#all.get(store) ?? new OpenedEntries();
    OpenedEntries.#all.set(store, known);
    return known;
  }

  open(key: string, text: unknown, expected: Expected, maxLength: number = Infinity): OpenedEntry | undefined {
    if (typeof text !== 'string' || text.length > maxLength) return undefined; // a store may give anything
    const known = this.#opened.get(key);
    if (known?.text === text) {
      known.data ??= dataOf(known);
      return isExpected(known.header, expected) ? known : undefined;
    }
    const end = text.indexOf('\n') + 1;
    const header = readHeader(text.slice(0, end));
    if (header === undefined || !isExpected(header, expected)) return undefined;
    const payload = text.slice(end);
    const opened: OpenedEntry = { text, header, payload, data: undefined, frozen: undefined, cost: undefined };
    this.#opened.set(key, opened);
    return opened;
  }
}

export interface EntryReaderOptions {
  readonly copy: 'clone' | 'share';
  /** Which answers are given; undefined if that is learned from the step. */
  readonly answers?: AnswerKind | undefined;
  readonly maxEntryLength: number;
}

/** Finds stored answers, of whatever age and generation, and reads each entry once for as long as it stays the same. */
export class EntryReader {
  readonly #store: ReportingStore;
  readonly #entries: OpenedEntries;
  readonly #isShared: boolean;
  /** Nothing longer is read, because nothing longer is written, and reading takes time. */
  readonly #maxLength: number;
  /**
   * What kind of answer the step has given: its callers take no other, whatever other callers of the store have left in it. Undefined
   * before its first answer, unless the kind is declared.
   */
  kind: AnswerKind | undefined;
  /** Whether the kind is learned from the step. */
  readonly isLearning: boolean;
  /** Which kinds of answers in bytes the step has given. Before the first one, all of them are served. */
  readonly #given = new Set<string>();

  constructor(store: ReportingStore, { copy, answers, maxEntryLength }: EntryReaderOptions) {
    this.#store = store;
    this.#entries = OpenedEntries.of(store);
    this.#isShared = copy === 'share';
    this.#maxLength = MAX_HEADER_LENGTH + maxEntryLength;
    this.kind = answers;
    this.isLearning = answers === undefined;
  }

  /**
   * The answer in an entry that the store holds in this process, at once; undefined unless it needs nothing but to be read, and has no
   * tags.
   */
  peek(request: KnownRequest, value: string): StoredAnswer | undefined {
    const { form } = request;
    const entry = this.#open(value, request);
    if (entry === undefined || entry.header.askedFor !== form || !isPlain(entry.header)) return undefined;
    if (!this.#isOfKind(entry.header)) return undefined;
    const body = entry.header.form === 'bytes' ? copiesOfBody(entry, form, undefined) : undefined;
    if (body !== undefined) return stored(entry, body, 'near');
    entry.data ??= dataOf(entry);
    if (entry.data === undefined) return undefined;
    if (!this.#isShared) return stored(entry, new CopiedAnswer(entry.data.value), 'near');
    entry.frozen ??= new FrozenAnswer(entry.data.value);
    return stored(entry, entry.frozen, 'near');
  }

  /**
   * The stored answer to a request, if the store has one that can be read and can be given in the form that is asked for; never
   * rejects, because then the step is asked.
   *
   * @param epochMs - now; an answer that was stored later is ignored
   * @returns 'other_kind' for an answer that is not given until the step has shown that it gives such answers
   */
  find(request: KnownRequest, note: NoteFact, epochMs: number): Promise<StoredAnswer | 'other_kind' | undefined> {
    if (this.kind === 'bytes') return this.#findBytes(request, note, epochMs);
    return this.#store.get(request.key.text, note).then(
      (given) => given && this.#read(given, request, note, epochMs),
      () => undefined, // the store has stated its failure
    );
  }

  /** The same for an answer in bytes, which is passed on as it is: its body is never decoded. */
  #findBytes(request: KnownRequest, note: NoteFact, epochMs: number): Promise<StoredAnswer | 'other_kind' | undefined> {
    return this.#store.getBytes(request.key.text, note).then(
      (given) => {
        const { digest, scopeHash } = request.key;
        const isShort = given !== undefined && given.value.length <= this.#maxLength;
        const entry = isShort ? openBytes(given.value, { digest, scopeHash, model: request.model }) : undefined;
        if (entry === undefined || isFromFuture(entry.header, epochMs)) {
          return given && this.#read({ ...given, value: textOf(given.value) }, request, note, epochMs);
        }
        return this.#isOfKind(entry.header) ? bodyAnswer(entry, given?.tier, request) : undefined;
      },
      () => undefined, // the store has stated its failure
    );
  }

  #read(
    { value, tier }: StoredValue,
    request: KnownRequest,
    note: NoteFact,
    epochMs: number,
  ): StoredAnswer | 'other_kind' | undefined {
    const { form } = request;
    const opened = this.#open(value, request);
    const entry = opened !== undefined && isFromFuture(opened.header, epochMs) ? undefined : opened;
    if (entry?.header.coding !== undefined) return undefined; // of a cache with options that this one was not given
    if (entry !== undefined && !this.#isOfKind(entry.header)) return this.kind === undefined ? 'other_kind' : undefined;
    const known = entry && copiesOfKnown(entry, form);
    if (entry !== undefined && known !== undefined) return stored(entry, known, tier);
    const answer = entry && answerIn(entry);
    if (entry === undefined || answer === undefined) {
      note('cache.corrupt', true);
      this.remove(request, note);
      return undefined;
    }
    if (answer.form === 'bytes') return bodyAnswer(entry, tier, request);
    const formed = inForm(form, entry.header.askedFor, answer);
    const copies = formed && copiesInForm(formed, answer, entry);
    return formed && copies && stored(entry, copies, tier, formed.form);
  }

  #open(value: unknown, { key: { text, digest, scopeHash }, model }: KnownRequest): OpenedEntry | undefined {
    return this.#entries.open(text, value, { digest, scopeHash, model }, this.#maxLength);
  }

  /** Deletes the entry of a request, off everybody's path. */
  remove({ key }: KnownRequest, note: NoteFact): void {
    this.#store.delete(key.text, note).catch(() => {}); // the store has stated its failure, and the next answer replaces the entry
  }

  /** Notes the kind of an answer in bytes that the step has given. @param kind - as `kindOfAnswer` names it */
  learn(kind: string): void {
    this.#given.add(kind);
  }

  /** Before the step has given an answer, objects are expected. */
  #isOfKind({ http }: EnvelopeHeader): boolean {
    if (this.kind !== 'bytes') return http === undefined;
    if (http === undefined) return false;
    return this.#given.size === 0 || this.#given.has(kindOfHead(http));
  }
}

/** Opens an entry with a body that stands in it byte for byte; undefined for every other, and for what a store has damaged. */
function openBytes(value: unknown, expected: Expected): OpenedEntry | undefined {
  if (!(value instanceof Uint8Array)) return undefined; // a store may give anything
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const end = bytes.indexOf('\n') + 1;
  const header = readHeader(bytes.toString('utf8', 0, end));
  if (header?.http === undefined || header.http.isBase64 === true || header.coding !== undefined) return undefined;
  const body = bytes.subarray(end);
  if (!isExpected(header, expected) || body.length !== header.payloadBytes) return undefined;
  return { text: '', header, payload: '', data: { value: body }, frozen: undefined, cost: undefined };
}

function bodyAnswer(
  entry: OpenedEntry,
  tier: CacheTier | undefined,
  { form, dialect }: KnownRequest,
): StoredAnswer | undefined {
  const body = copiesOfBody(entry, form, dialect);
  return body && stored(entry, body, tier);
}

function stored(
  entry: OpenedEntry,
  copies: AnswerCopies,
  tier: CacheTier | undefined,
  form = entry.header.form,
): StoredAnswer {
  const { header } = entry;
  return { kind: 'stored', envelope: form === header.form ? header : { ...header, form }, entry, copies, tier };
}

/** What an entry says; undefined if its payload cannot be read. JSON that was cut does not parse; a body that was cut is shorter than stated. */
function dataOf({ payload, header: { http, payloadBytes } }: OpenedEntry): { readonly value: unknown } | undefined {
  if (http === undefined) return storedData(payload);
  const body = Buffer.byteLength(payload) === payloadBytes ? bodyIn(payload, http) : undefined;
  return body && { value: body };
}

/** An answer in bytes, which is made anew for each taker. */
class BodyCopies implements AnswerCopies {
  readonly #answer: BodyAnswer;

  constructor(answer: BodyAnswer) {
    this.#answer = answer;
  }

  take(): object {
    return answerAround(this.#answer.http, this.#answer.body);
  }
}

/** The answer in bytes that an entry has, whose body is decoded once; undefined if it cannot be given in the form that is wanted. */
function copiesOfBody(entry: OpenedEntry, wanted: RequestForm, dialect: Dialect | undefined): BodyCopies | undefined {
  const { header } = entry;
  const http = header.http as HttpHead; // bytes have one
  entry.data ??= dataOf(entry);
  const answer = entry.data && bodyInForm(wanted, header.askedFor, { http, body: entry.data.value as Buffer }, dialect);
  return answer && new BodyCopies(answer);
}

/** Whether an answer is a value, or bytes, that need nothing but to be read. */
function isPlain({ form, instance, generation, coding }: EnvelopeHeader): boolean {
  return (
    (form === 'value' || form === 'bytes') && instance === undefined && generation === undefined && coding === undefined
  );
}

/** Copies of an answer that was read before, if it needs nothing but to be copied. */
function copiesOfKnown({ header, data }: OpenedEntry, wanted: RequestForm): CopiedAnswer | undefined {
  const { form, askedFor, instance } = header;
  if (data === undefined || wanted !== askedFor || instance !== undefined) return undefined;
  return form === 'value' || Array.isArray(data.value) ? new CopiedAnswer(data.value) : undefined;
}

/** The answer in an entry, for one taker alone; undefined if it cannot be read. */
function answerIn(entry: OpenedEntry): FormedAnswer | undefined {
  const { form } = entry.header;
  const data = form === 'bytes' ? (entry.data ??= dataOf(entry)) : dataOf(entry); // bytes are copied for each taker
  const isReadable = form === 'value' || form === 'bytes' || Array.isArray(data?.value);
  return data !== undefined && isReadable ? { form, answer: data.value } : undefined;
}

/** The answer for several takers; undefined if it is an instance of a class that this process has not seen yet. */
function copiesInForm(
  { form, answer }: FormedAnswer,
  asStored: FormedAnswer,
  { payload, header: { instance } }: OpenedEntry,
): Copies | undefined {
  const text = answer === asStored.answer ? payload : JSON.stringify(answer);
  if (instance === undefined) return new Copies(answer, text);
  const revive = reviverOf(instance);
  const parts = form === 'value' ? [answer] : (answer as readonly unknown[]);
  if (revive === undefined || !parts.every(isPlainObject)) return undefined;
  const reviveAll: Revive = (data) => (form === 'value' ? revive(data) : (data as object[]).map(revive));
  return new Copies(reviveAll(answer as object), text, reviveAll);
}
