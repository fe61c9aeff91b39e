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

/** Whether an output goes on after it was handed over: a stream, a response with a body, or a result that holds a stream. */
export function isOngoing(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return isStream(value) || (isResponse(value) ? isStream(value.body) : heldStreamOf(value) !== undefined);
}
