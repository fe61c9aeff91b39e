import { field, soberly } from '../fields.ts';
import type { AnswerReading } from './answer-reading.ts';
import { BUILT_IN_DIALECTS } from './built-in.ts';
import type { Dialect, StreamReader } from './dialect.ts';
import { markReader, readMarks } from './unrecognised.ts';

let known: readonly Dialect[] = BUILT_IN_DIALECTS;

/**
 * Adds a dialect for the whole process; the newest is asked first.
 *
 * @returns the function that takes it away again
 * @throws TypeError if a dialect with this name is registered already
 */
export function registerDialect(dialect: Dialect): () => void {
  if (known.some(({ name }) => name === dialect.name)) {
    throw new TypeError(`registerDialect: a dialect named ${JSON.stringify(dialect.name)} is registered already`);
  }
  known = [dialect, ...known];
  return () => {
    known = known.filter((other) => other !== dialect);
  };
}

/** The dialect of a request; undefined if the input is not a request to a model. Never throws. */
export function dialectOfRequest(input: unknown): Dialect | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  return soberly(() => known.find(({ request }) => request?.is(input)));
}

/**
 * Everything that is known of an answer: a whole one, or the array of all chunks of one stream.
 *
 * @param likely - the dialect of the request, which is asked first
 * @returns undefined for anything that is not a model's answer: a text, a record of the application; never throws
 */
export function readAnswer(output: unknown, likely?: Dialect): AnswerReading | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  return soberly(() => {
    if (Array.isArray(output)) return readChunks(output, likely);
    const unwrapped = unwrap(output);
    const dialect = find(likely, (candidate) => candidate.answer.is(unwrapped));
    if (dialect !== undefined) return dialect.answer.read(unwrapped);
    return find(likely, (candidate) => isChunkOf(candidate, unwrapped)) === undefined
      ? readMarks(unwrapped)
      : readChunks([unwrapped], likely);
  });
}

function readChunks(chunks: readonly unknown[], likely: Dialect | undefined): AnswerReading | undefined {
  const reader = streamReader(likely);
  for (const chunk of chunks) reader.add(chunk);
  return reader.reading();
}

/** Reads a stream whose dialect is not known before its first chunk. Never throws. */
export function streamReader(likely?: Dialect): { add(chunk: unknown): void; reading(): AnswerReading | undefined } {
  const marks = markReader();
  let reader: StreamReader | undefined;
  /** Chunks that came before one was recognised: an error, a comment, metadata. */
  let early: unknown[] = [];
  const add = (chunk: unknown): void => {
    if (reader === undefined) {
      reader = find(likely, (candidate) => isChunkOf(candidate, chunk))?.stream?.reader();
      if (reader === undefined) {
        marks.add(chunk);
        if (early.length < MAX_EARLY) early.push(chunk);
        return;
      }
      for (const before of early) reader.add(before);
      early = [];
    }
    reader.add(chunk);
  };
  return {
    add: (chunk) => void soberly(() => add(chunk)),
    reading: () => soberly(() => (reader === undefined ? marks.reading() : reader.reading())),
  };
}

/** A stream that says nothing that any dialect knows in so many chunks is not of a model. */
const MAX_EARLY = 16;

function isChunkOf({ stream }: Dialect, chunk: unknown): boolean {
  return stream?.isChunk(chunk) ?? false;
}

function find(likely: Dialect | undefined, matches: (dialect: Dialect) => boolean): Dialect | undefined {
  if (likely !== undefined && matches(likely)) return likely;
  return known.find((dialect) => dialect !== likely && matches(dialect));
}

/** What `withResponse()` of SDKs resolves to holds the answer as `data`, beside the response. */
function unwrap(output: object): unknown {
  const data = field(output, 'data');
  const isWrapped = typeof data === 'object' && data !== null && !Array.isArray(data);
  return isWrapped && (Object.hasOwn(output, 'response') || Object.hasOwn(output, 'request_id')) ? data : output;
}
