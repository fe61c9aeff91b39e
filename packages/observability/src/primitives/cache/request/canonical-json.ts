import { hash } from 'node:crypto';
import { ownText } from 'tta-dev-primitives/internal';
import { isPlainObject } from '../../../llm/fields.ts';

/** Thrown for a request that no text can stand for; the message names the kind of value, never its content. */
export class UncacheableInputError extends TypeError {
  override readonly name = 'UncacheableInputError';
  readonly code = 'ERR_TTA_UNCACHEABLE_INPUT';
}

/** Deep enough for any request; deeper is a cycle. */
const MAX_DEPTH = 500;

/** An item of a list whose text is longer stands there as its digest, so it can be remembered in few bytes. */
const MAX_ITEM_LENGTH = 512;

/** From this length on a text is not escaped. */
const MIN_PLAIN_LENGTH = 128;

/** Smaller parts of a request are written again rather than remembered. */
const LEAST_REMEMBERED_OBJECTS = 16;

/** A request that contains one object so often that its text would grow by more has no key: hashing it would block every caller. */
const MAX_REPEATED_LENGTH = 1_000_000;

/** What is known while one value is written. */
class Writing {
  /** What a blob contains, once it was read. */
  readonly blobs: Map<Blob, string>;
  /** Larger parts of the value that were written, because it may contain one of them exponentially often. */
  readonly #texts = new Map<object, string>();
  #objects = 0;
  #repeatedLength = 0;

  constructor(blobs: Map<Blob, string>) {
    this.blobs = blobs;
  }

  /** The text of an object, which is written unless it was before. */
  once(value: object, depth: number): string {
    this.#objects += 1;
    const known = this.#texts.size === 0 ? undefined : this.#texts.get(value);
    if (known !== undefined) return this.#again(known);
    const before = this.#objects;
    const text = writeNew(value, this, depth);
    if (this.#objects - before >= LEAST_REMEMBERED_OBJECTS) this.#texts.set(value, text);
    return text;
  }

  #again(text: string): string {
    this.#repeatedLength += text.length;
    if (this.#repeatedLength <= MAX_REPEATED_LENGTH) return text;
    throw new UncacheableInputError('a request that contains the same object thousands of times has no key');
  }
}

/**
 * Writes a JSON-like value so equal values give equal texts, and different values different ones.
 *
 * Properties are sorted by code unit, those that are undefined are left out, -0 is 0, arrays keep their order, and no text is
 * trimmed, shortened or normalised. An array's own properties, properties under registered symbols, and values that are not enumerable are
 * data. Getters and functions that are not enumerable are left out, because clients keep their parsers there. Bytes and long items of
 * arrays stand as the digest of their content. A file also stands for its name. Where JSON has no word (bytes, dates, writing, long
 * texts), there is one that JSON cannot contain, so no string can pass for it.
 *
 * @returns the text; a promise of it only when a `Blob` or `File` has to be read
 * @throws UncacheableInputError for NaN, Infinity, a BigInt, a function, a symbol, a property under a symbol that is not registered, a
 * `toJSON`, an instance of a class, a namespace such as `Math`, a cycle
 */
export function canonicalJson(value: unknown): string | Promise<string> {
  return complete((writing) => write(value, writing, 0));
}

/** The text of a value as it stands in an array: a long one is the digest of its content. */
export function canonicalItem(value: unknown): string | Promise<string> {
  return complete((writing) => writeItem(value, writing, 1));
}

/** The text of a string. */
export function canonicalText(text: string): string {
  return writeText(text);
}

function complete(write: (writing: Writing) => string): string | Promise<string> {
  const blobs = new Map<Blob, string>();
  const text = write(new Writing(blobs));
  return blobs.size === 0 ? text : afterReading(write, blobs);
}

async function afterReading(write: (writing: Writing) => string, blobs: Map<Blob, string>): Promise<string> {
  for (const blob of blobs.keys()) blobs.set(blob, sha256(await bytesOf(blob)));
  return write(new Writing(blobs));
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new UncacheableInputError('a request with a file that cannot be read has no key');
  }
}

function write(value: unknown, writing: Writing, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeText(value);
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new UncacheableInputError(`a request with ${value} has no key`);
      return String(value); // as JSON writes it, -0 included
    case 'undefined':
      return '#undefined';
    case 'object':
      return value === null ? 'null' : writeObject(value, writing, depth + 1);
    default:
      throw new UncacheableInputError(`a request with a ${typeof value} has no key`);
  }
}

/**
 * A long text stands after its length as it is, which costs less than to escape it, and ends where its length says. One with half of
 * a surrogate pair is escaped, because UTF-8 has no bytes for it: a digest would take it for any other.
 */
function writeText(text: string): string {
  if (text.length <= MAX_WORD_LENGTH) return wordOf(text);
  const isEscaped = text.length < MIN_PLAIN_LENGTH || !text.isWellFormed();
  return isEscaped ? JSON.stringify(text) : `#text:${text.length}:${text}`;
}

function writeObject(value: object, writing: Writing, depth: number): string {
  if (depth > MAX_DEPTH) throw new UncacheableInputError('a request that contains itself has no key');
  return writing.once(value, depth);
}

function writeNew(value: object, writing: Writing, depth: number): string {
  if (Array.isArray(value)) return writeArray(value, writing, depth);
  if (!isPlainObject(value)) return writeInstance(value, writing);
  const names = Object.keys(value);
  const further = writeFurther(value, Object.getOwnPropertyNames(value), names.length, writing, depth);
  return writeProperties(value, sorted(names), writing, depth) + further;
}

function writeProperties(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
  writing: Writing,
  depth: number,
): string {
  let text = '{';
  for (const name of names) {
    const property = value[name];
    if (property === undefined) continue;
    if (text.length > 1) text += ',';
    text += writeName(name) + write(property, writing, depth);
  }
  return `${text}}`;
}

/**
 * The properties under symbols, and those that are not enumerable, which nearly no object has.
 *
 * @param names - all own names of the object
 * @param listed - how many of them need no look
 */
function writeFurther(value: object, names: string[], listed: number, writing: Writing, depth: number): string {
  const symbols = Object.getOwnPropertySymbols(value);
  if (names.length === listed && symbols.length === 0) return ''; // `Reflect.ownKeys` takes four times as long
  const hidden = new Map<string, unknown>();
  for (const name of names) if (!isListed(value, name)) setData(hidden, name, hiddenData(value, name));
  if (Array.isArray(value)) hidden.delete('length');
  const registered = new Map<string, unknown>();
  for (const symbol of symbols) {
    if (symbol === Symbol.toStringTag) throw new UncacheableInputError('a request with a namespace has no key');
    const name = Symbol.keyFor(symbol);
    const isShown = isListed(value, symbol);
    const property: unknown = isShown ? Reflect.get(value, symbol) : hiddenData(value, symbol);
    if (name !== undefined) setData(registered, name, property);
    else if (isShown && property !== undefined)
      throw new UncacheableInputError('a request with a property under a symbol that is not registered has no key');
  }
  return writeNamed('symbols', registered, writing, depth) + writeNamed('hidden', hidden, writing, depth);
}

function isListed(value: object, key: string | symbol): boolean {
  return Object.prototype.propertyIsEnumerable.call(value, key);
}

function setData(data: Map<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) data.set(name, value);
}

/**
 * A function or a getter is behaviour, as methods of a class are; but a `toJSON` decides what is sent. Libraries of schemas hide the
 * validator of a JSON schema in it, by the name of https://standardschema.dev.
 */
function hiddenData(value: object, key: string | symbol): unknown {
  if (key === '~standard') return undefined;
  const data: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  if (typeof data !== 'function') return data;
  if (key === 'toJSON') throw new UncacheableInputError('a request with its own toJSON has no key');
  return undefined;
}

function writeNamed(group: string, named: ReadonlyMap<string, unknown>, writing: Writing, depth: number): string {
  if (named.size === 0) return '';
  return `#${group}${writeProperties(Object.fromEntries(named), sorted([...named.keys()]), writing, depth)}`;
}

/** Sorts names by code unit; most objects have few, for which the sort of the platform does too much. */
function sorted(names: string[]): readonly string[] {
  if (names.length > 16) return names.sort();
  for (let end = 1; end < names.length; end += 1) {
    const name = names[end] as string;
    let place = end;
    for (; place > 0 && (names[place - 1] as string) > name; place -= 1) names[place] = names[place - 1] as string;
    names[place] = name;
  }
  return names;
}

/** Short texts and names of properties as they are written; requests have the same few again and again. */
const writtenWords = new Map<string, string>();
const writtenNames = new Map<string, string>();

const MAX_WORDS = 1_000;

/** A longer text may be a part of another text, which it would keep in memory. */
const MAX_WORD_LENGTH = 12;

/** Longer names are not words that requests have again and again. */
const MAX_NAME_LENGTH = 64;

function wordOf(text: string): string {
  return writtenWords.get(text) ?? remembered(writtenWords, text, JSON.stringify(text));
}

function writeName(name: string): string {
  const known = writtenNames.get(name);
  if (known !== undefined) return known;
  const written = `${JSON.stringify(name)}:`;
  return name.length > MAX_NAME_LENGTH ? written : remembered(writtenNames, name, written);
}

function remembered(words: Map<string, string>, text: string, written: string): string {
  if (words.size < MAX_WORDS) words.set(text, written);
  return written;
}

function writeArray(items: readonly unknown[], writing: Writing, depth: number): string {
  let text = '';
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (item === undefined && !(index in items)) return writeSparse(items, writing, depth);
    if (index > 0) text += ',';
    text += writeItem(item, writing, depth);
  }
  return `[${text}]${writeOwn(items, items.length, writing, depth)}`;
}

/** An array with holes; millions of them take no time. */
function writeSparse(items: readonly unknown[], writing: Writing, depth: number): string {
  const parts: string[] = [];
  let length = 0;
  let indices = 0;
  for (const name of Object.getOwnPropertyNames(items)) {
    const index = Number(name);
    if (!Number.isInteger(index) || index < length || index >= items.length || String(index) !== name) break; // indices come first
    if (index > length) parts.push(`#holes:${index - length}`);
    parts.push(writeItem(items[index], writing, depth));
    length = index + 1;
    indices += 1;
  }
  if (items.length > length) parts.push(`#holes:${items.length - length}`);
  return `[${parts.join(',')}]${writeOwn(items, indices, writing, depth)}`;
}

/** What an array has besides its items and its length, as the result of a match has; indices come before all other names. */
function writeOwn(items: readonly unknown[], indices: number, writing: Writing, depth: number): string {
  const names = Object.getOwnPropertyNames(items);
  if (names.length === indices + 1 && Object.getOwnPropertySymbols(items).length === 0) return '';
  const listed = Object.keys(items);
  const properties = items as unknown as Readonly<Record<string, unknown>>; // an array is an object with more than indices
  const own =
    listed.length === indices
      ? ''
      : `#own${writeProperties(properties, sorted(listed.slice(indices)), writing, depth)}`;
  return own + writeFurther(items, names, listed.length + 1, writing, depth);
}

function writeItem(item: unknown, writing: Writing, depth: number): string {
  if (typeof item !== 'object' || item === null) return write(item, writing, depth);
  if (!Object.isFrozen(item)) return shortened(writeObject(item, writing, depth + 1));
  const known = frozenTexts.get(item);
  if (known !== undefined) return known;
  const text = shortened(writeObject(item, writing, depth + 1));
  if (isDeeplyFrozen(item, new Set())) frozenTexts.set(item, ownText(text));
  return text;
}

/**
 * What stands for items that can never change, for as long as they live. A conversation whose messages are frozen is so written once,
 * and each turn costs only what it adds. An item that is not deeply frozen is written anew each time: it may have been changed in place.
 */
const frozenTexts = new WeakMap<object, string>();

/** Only data in records and lists can be frozen: a getter may give anything, and bytes and dates stay changeable. */
function isDeeplyFrozen(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return true;
  if (!Object.isFrozen(value) || !(Array.isArray(value) || isPlainObject(value))) return false;
  seen.add(value);
  return Reflect.ownKeys(value).every((name) => {
    const property = Object.getOwnPropertyDescriptor(value, name);
    return property !== undefined && 'value' in property && isDeeplyFrozen(property.value, seen);
  });
}

/** The text of an item, or its digest where it is long. */
export function shortened(item: string): string {
  return item.length <= MAX_ITEM_LENGTH ? item : `#item:${sha256(item)}`;
}

function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'base64url');
}

function writeInstance(value: object, { blobs }: Writing): string {
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const kind = value instanceof Uint8Array || value instanceof DataView ? 'bytes' : String(tagOf(value)); // wider numbers
    return `#${kind}:${sha256(bytes)}`;
  }
  if (value instanceof ArrayBuffer) return `#bytes:${sha256(new Uint8Array(value))}`;
  if (value instanceof Blob) {
    const digest = blobs.get(value) ?? '';
    blobs.set(value, digest);
    const name = value instanceof File ? `file:${JSON.stringify(value.name)}` : 'blob';
    return `#${name}:${JSON.stringify(value.type)}:${digest}`;
  }
  if (value instanceof Date) return `#date:${value.getTime()}`;
  if (value instanceof URL) return `#url:${JSON.stringify(value.href)}`;
  throw new UncacheableInputError('a request with an instance of a class has no key');
}

function tagOf(view: ArrayBufferView): unknown {
  return (view as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
}
