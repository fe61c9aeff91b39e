import { wholeBodies } from './whole-bodies.ts';

/** A stream that can be read as it is. */
export type Stream = AsyncIterable<unknown> | ReadableStream<unknown>;

/** Never throws: a value that cannot be inspected (a revoked proxy) is not a stream. */
export function isReadableStream(value: unknown): value is ReadableStream<unknown> {
  try {
    return value instanceof ReadableStream;
  } catch {
    return false;
  }
}

/** Never throws: a value that cannot be inspected (a revoked proxy) is not a stream. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return Symbol.asyncIterator in value;
  } catch {
    return false;
  }
}

/** Whether an output is an `AsyncIterable` or a `ReadableStream`. */
export function isStream(value: unknown): value is Stream {
  return isReadableStream(value) || isAsyncIterable(value);
}

/**
 * A `Response` of any class: the global one, undici's, node-fetch's. Checks the members, because naming the global class would load it.
 */
export interface ResponseLike {
  readonly status: number;
  readonly body: unknown;
  readonly bodyUsed: boolean;
}

/** Never throws: a value that cannot be inspected is not a response. */
export function isResponse(value: unknown): value is ResponseLike {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return 'bodyUsed' in value && 'body' in value && 'status' in value && 'headers' in value;
  } catch {
    return false;
  }
}

/** The members in which results hold their stream, in the order in which they are looked for. */
const HOLDERS = ['baseStream', 'fullStream', 'stream', 'textStream'] as const;

/** The same for the answer of a server that is given as a record with its status and headers. */
const ANSWER_HOLDERS = ['body', ...HOLDERS] as const;

/**
 * The member in which a result holds the stream that it is made of: an own, writable property. The results of the AI SDK hold
 * everything they give in `baseStream`; others hold a plain `stream` beside their metadata, or a `body` beside a status and headers.
 */
export function heldStreamOf(value: unknown): { readonly key: string; readonly stream: Stream } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    for (const key of 'status' in value && 'headers' in value ? ANSWER_HOLDERS : HOLDERS) {
      if (!(key in value)) continue;
      const own = Object.getOwnPropertyDescriptor(value, key);
      if (own?.writable === true && isStream(own.value)) return { key, stream: own.value };
    }
  } catch {
    // A value that cannot be inspected holds no stream.
  }
  return undefined;
}

/** Whether an output is one stream that goes on after it was handed over: a stream, a response with a body, or a result that holds a stream. */
export function isOngoing(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (isResponse(value)) return !wholeBodies.has(value) && isStream(value.body);
  return isStream(value) || heldStreamOf(value) !== undefined;
}

/** Larger arrays and records are data, and searching them would cost more than following what they hold. */
const MAX_MEMBERS = 1_000;

/** A `parallel` gives a tuple or a record, and `settle` or a second `parallel` inside gives one more level. */
const MAX_DEPTH = 2;

/** An array or a record without a class. */
export type Group = Record<PropertyKey, unknown>;

/**
 * The keys of the members of an array or a plain record that go on after they were handed over, as the outputs of `parallel` do: streams,
 * and arrays and records that hold streams. Reads own enumerable values to a depth of 2, never a getter, and none of more than 1,000 members.
 */
export function ongoingKeysOf(output: unknown, depth: number = MAX_DEPTH): readonly (string | number)[] {
  if (depth === 0 || typeof output !== 'object' || output === null) return NO_KEYS;
  let keys: (string | number)[] | undefined;
  const visit = (key: string | number, member: unknown): void => {
    if (isOngoing(member) || ongoingKeysOf(member, depth - 1).length > 0) (keys ??= []).push(key);
  };
  try {
    if (Array.isArray(output)) visitItems(output, visit);
    else if (isPlain(output)) visitMembers(output, visit);
  } catch {
    return NO_KEYS; // a value that cannot be inspected holds no stream
  }
  return keys ?? NO_KEYS;
}

const NO_KEYS: readonly never[] = [];

type Visit = (key: string | number, member: unknown) => void;

function visitItems(items: readonly unknown[], visit: Visit): void {
  if (items.length > MAX_MEMBERS) return;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (typeof item === 'object' && item !== null) visit(index, item);
  }
}

function visitMembers(record: object, visit: Visit): void {
  const keys = Object.keys(record);
  if (keys.length > MAX_MEMBERS) return;
  for (const key of keys) {
    const member: unknown = Object.getOwnPropertyDescriptor(record, key)?.value;
    if (typeof member === 'object' && member !== null) visit(key, member);
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether anything of an output goes on after it was handed over: it is a stream, or an array or a plain record that holds streams. */
export function holdsOngoing(value: unknown): value is object {
  return isOngoing(value) || ongoingKeysOf(value).length > 0;
}
