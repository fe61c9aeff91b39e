import { isPlainObject } from '../../llm/fields.ts';

/** Marks stored data that stands for a value that JSON cannot hold. */
const KIND = 'tta.kind';

/** Values nested deeper are left as they are; a cache that cannot hold them says so. */
const MAX_DEPTH = 32;

/** A kind of values that JSON cannot hold. */
export interface Kind<T> {
  is(value: unknown): value is T;
  /** A word beside the data. */
  type?(value: T): string;
  /** Plain data, which may hold values of other kinds. */
  toData(value: T): unknown;
  fromData(data: unknown, type: string): T;
}

/** How answers are kept as plain data: a whole answer, or each part of a stream. */
export interface StoredForm {
  /** The same with all values that JSON cannot hold as data; what holds none is the same object. */
  toStored(value: unknown): unknown;
  /** What was stored, as it was. */
  fromStored(value: unknown): unknown;
}

/** One of several kinds. Each receives the values that its own `is` has accepted. */
export const kind = <T>(own: Kind<T>): Kind<unknown> => own as Kind<unknown>;

/** An instance of exactly this class: one of a subclass would come back as another. */
const instance =
  <T extends object>(type: { readonly prototype: T }) =>
  (value: unknown): value is T =>
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === type.prototype;

/** The kinds by the word that stands for them in stores, which must never change its meaning. */
const KINDS: Readonly<Record<string, Kind<unknown>>> = {
  date: kind<Date>({
    is: instance(Date),
    toData: (date) => date.getTime(),
    fromData: (at) => new Date((at as number | null) ?? Number.NaN),
  }),
  url: kind<URL>({ is: instance(URL), toData: (url) => url.href, fromData: (href) => new URL(href as string) }),
  bytes: kind<Uint8Array>({
    is: (value): value is Uint8Array => value instanceof Uint8Array,
    toData: (bytes) => Buffer.from(bytes).toString('base64'),
    fromData: (text) => new Uint8Array(Buffer.from(text as string, 'base64')),
  }),
  buffer: kind<ArrayBuffer>({
    is: instance(ArrayBuffer),
    toData: (buffer) => Buffer.from(buffer).toString('base64'),
    fromData: (text) => new Uint8Array(Buffer.from(text as string, 'base64')).buffer,
  }),
  map: kind<Map<unknown, unknown>>({
    is: instance(Map),
    toData: (map) => [...map],
    fromData: (entries) => new Map(entries as [unknown, unknown][]),
  }),
  set: kind<Set<unknown>>({
    is: instance(Set),
    toData: (set) => [...set],
    fromData: (items) => new Set(items as unknown[]),
  }),
  bigint: kind<bigint>({
    is: (value): value is bigint => typeof value === 'bigint',
    toData: String,
    fromData: (digits) => BigInt(digits as string),
  }),
  // A plain record with the mark in it, which would else be read as one of the others.
  record: kind<object>({
    is: (value): value is object => isMarked(value),
    toData: (record) => Object.entries(record),
    fromData: (entries) => Object.fromEntries(entries as [string, unknown][]),
  }),
};

/**
 * Keeps dates, addresses, bytes, maps, sets, big integers, and values of kinds of one's own as plain data. Instances of other classes are
 * left as they are, and a cache does not store what holds one.
 *
 * @param own - kinds that are asked first, by the words that stand for them in stores
 */
export function storedForm(own: Readonly<Record<string, Kind<unknown>>> = {}): StoredForm {
  const kinds: Readonly<Record<string, Kind<unknown>>> = { ...own, ...KINDS };
  const entries = Object.entries(kinds);
  const toStored = (value: unknown, depth = 0): unknown => {
    if (typeof value !== 'bigint' && (typeof value !== 'object' || value === null)) return value;
    const found = entries.find(([, { is }]) => is(value));
    if (found === undefined) return mapped(value as object, toStored, depth);
    const [name, { type, toData }] = found;
    return { [KIND]: name, ...(type && { type: type(value) }), data: mapped(toData(value), toStored, depth) };
  };
  const fromStored = (value: unknown, depth = 0): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const name = isMarked(value) ? value[KIND] : undefined;
    if (typeof name !== 'string' || !Object.hasOwn(kinds, name)) return mapped(value, fromStored, depth);
    const { data, type = '' } = value as { readonly data?: unknown; readonly type?: string };
    return kinds[name]?.fromData(mapped(data, fromStored, depth), type);
  };
  return { toStored: (value) => toStored(value), fromStored: (value) => fromStored(value) };
}

function isMarked(value: unknown): value is Readonly<Record<typeof KIND, unknown>> {
  return isPlainObject(value) && Object.hasOwn(value, KIND);
}

/** A list or a plain record with its members mapped; the same object if none of them changes. */
function mapped(value: unknown, map: (value: unknown, depth: number) => unknown, depth: number): unknown {
  if (depth >= MAX_DEPTH) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => map(item, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, map(item, depth + 1)] as const);
  return entries.some(([name, item]) => item !== value[name]) ? Object.fromEntries(entries) : value;
}
