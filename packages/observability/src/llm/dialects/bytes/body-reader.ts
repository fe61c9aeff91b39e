import { safely } from 'tta-dev-primitives/internal';
import type { AnswerReading } from '../answer-reading.ts';
import type { Dialect } from '../dialect.ts';
import { readAnswer, streamReader } from '../registry.ts';
import type { ChunkReader, Framing } from './chunk-reader.ts';
import { eventFraming, framingOfBody, framingOfType } from './framing-of-body.ts';
import { SkimmedEvents } from './skimmed-events.ts';
import { jsonIn } from './whole-body.ts';

/** Reads an answer from the bytes of its body, as they pass. */
export interface BodyReader {
  /** Takes the next bytes; never throws. */
  add(bytes: Uint8Array): void;
  /** What is known so far of a stream; nothing is known of a whole answer before its end. Never throws. */
  reading(): AnswerReading | undefined;
  /** What is known of the answer, once all its bytes have passed. Never throws. */
  end(): AnswerReading | undefined;
  /** Whether the body is a stream of chunks, as far as its type or its first bytes tell. */
  isStream(): boolean;
  /** Once it was ended: whether the body has said that nothing follows, such as `[DONE]`, although its source may go on. */
  isOver(): boolean;
}

export interface BodyOptions {
  /** The `content-type` of the body; without one, its first bytes decide. */
  readonly contentType: string | null | undefined;
  /** The dialect of the request, which is asked first. */
  readonly likely?: Dialect | undefined;
  /**
   * Whether events that hold a piece of a text alone are left out, with a bounded memory. The texts of a stream are then incomplete, and
   * it can seem empty. An answer that is too long is unknown.
   *
   * @defaultValue false
   */
  readonly isSkimmed?: boolean | undefined;
}

/** A whole answer that is longer is not parsed where it is only skimmed. */
const MAX_WHOLE_BYTES = 1_048_576;

/** So many bytes are read in full at once until the dialect of a stream is known, which then says what can be left out. */
const FIRST_BYTES = 1_024;

/** A stream that says nothing known in so many bytes is not of a model. */
const MAX_UNKNOWN_BYTES = 1_048_576;

/**
 * A reader for the body of an answer: a stream of events by its type of content, else whole JSON.
 *
 * @example
 * ```ts
 * const reader = bodyReader({ contentType: response.headers.get('content-type') });
 * for await (const bytes of response.body) reader.add(bytes);
 * reader.end()?.usage;
 * ```
 */
export function bodyReader({ contentType, likely, isSkimmed = false }: BodyOptions): BodyReader {
  const readerFor = (framing: Framing | undefined): BodyReader => {
    return framing === undefined ? wholeReader(likely, isSkimmed) : chunkedReader(framing, likely, isSkimmed);
  };
  const isStreamByType = framingOfType(contentType ?? '', likely) !== undefined;
  let reader: BodyReader | undefined;
  return {
    add(bytes) {
      if (bytes.length === 0) return;
      reader ??= readerFor(framingOfBody(bytes, contentType ?? undefined, likely));
      reader.add(bytes);
    },
    reading: () => reader?.reading(),
    end: () => reader?.end(),
    isStream: () => reader?.isStream() ?? isStreamByType,
    isOver: () => reader?.isOver() === true,
  };
}

/** A reader for the texts of a stream, which are events or not read. Unlike the body of an HTTP response, JSON is a text like any other. */
export function eventReader(likely: Dialect | undefined): BodyReader {
  return chunkedReader(eventFraming(likely), likely, false);
}

function chunkedReader(framing: Framing, likely: Dialect | undefined, isSkimmed: boolean): BodyReader {
  const chunks = streamReader(likely);
  let frames: ChunkReader | undefined = framing.reader();
  let isSkimming = false;
  let unknownBytes = 0;
  const read = (frame: (reader: ChunkReader) => unknown[]): void => {
    const found = frames && safely(() => frame(frames as ChunkReader));
    if (found === undefined) frames = undefined; // bytes after damaged ones cannot be read
    for (const chunk of found ?? []) chunks.add(chunk);
  };
  const skim = (bytes: Uint8Array): void => {
    const dialect = chunks.dialect();
    const marks = dialect?.bytes?.marks;
    isSkimming = marks !== undefined;
    if (frames !== undefined && marks !== undefined) frames = new SkimmedEvents(frames, marks);
    if (dialect !== undefined) return;
    unknownBytes += bytes.length;
    if (unknownBytes > MAX_UNKNOWN_BYTES) frames = undefined;
  };
  return {
    isStream: () => true,
    isOver: () => frames?.isOver?.() === true,
    add(bytes) {
      let rest = bytes;
      while (isSkimmed && !isSkimming && rest.length > 0) {
        const first = rest.subarray(0, FIRST_BYTES);
        read((reader) => reader.add(first));
        skim(first);
        rest = rest.subarray(FIRST_BYTES);
      }
      if (rest.length > 0) read((reader) => reader.add(rest));
    },
    // Nothing is known for certain of what was only skimmed and then broke off.
    reading: () => (isSkimmed && frames === undefined ? undefined : chunks.reading()),
    end() {
      read((reader) => reader.end());
      return this.reading();
    },
  };
}

function wholeReader(likely: Dialect | undefined, isSkimmed: boolean): BodyReader {
  const maxBytes = isSkimmed ? MAX_WHOLE_BYTES : Infinity;
  let pieces: Buffer[] = [];
  let length = 0;
  return {
    isStream: () => false,
    isOver: () => false,
    add(bytes) {
      length += bytes.length;
      if (length > maxBytes) pieces = [];
      else pieces.push(Buffer.from(bytes)); // the caller may use its buffer again
    },
    reading: () => undefined,
    end() {
      const [only, second] = pieces;
      if (length > maxBytes) return undefined;
      const body = only !== undefined && second === undefined ? only : Buffer.concat(pieces);
      return safely(() => readAnswer(jsonIn(body), likely));
    },
  };
}
