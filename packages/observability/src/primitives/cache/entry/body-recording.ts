import { isUtf8 } from 'node:buffer';
import type { StreamReading } from '../../../llm/call/stream-readings.ts';
import type { AnswerReading } from '../../../llm/dialects/answer-reading.ts';
import { bodyReader } from '../../../llm/dialects/bytes/body-reader.ts';
import { framingOfBody } from '../../../llm/dialects/bytes/framing-of-body.ts';
import { type BodyData, isBodyOver, isCutOff, readWholeBody } from '../../../llm/dialects/bytes/whole-body.ts';
import type { Dialect } from '../../../llm/dialects/dialect.ts';
import type { CacheSkipReason } from '../facts.ts';
import type { RecordedAnswer, StreamRecording } from '../flight/stream-recording.ts';
import { contentTypeOf, type HttpHead, withoutEncoding } from './http-head.ts';
import { type AnswerCopies, Copies } from './payload.ts';

/** What models of speech and of images answer with. */
const MEDIA = /^(?:audio|image|video)\//i;

/**
 * The body of a server's answer, as it is stored: as text, byte for byte, or in base64 where it is no text.
 *
 * @param shared - reads what the body says while it passes; undefined if no model call does
 */
export function recordedBody(
  head: HttpHead,
  body: Buffer,
  likely: Dialect | undefined,
  shared?: StreamReading | undefined,
): RecordedAnswer {
  const isText = isUtf8(body);
  const contentType = contentTypeOf(head);
  const isStream = framingOfBody(body, contentType, likely) !== undefined;
  const reading = shared?.() ?? skimmed(body, contentType, likely);
  let read: BodyData | undefined;
  const readOnce = (): BodyData => {
    read ??= readWholeBody(body, contentType, likely);
    return read;
  };
  // A model's answer, or JSON, was expected, and this is something else: the page of a proxy, or JSON that was cut.
  const isExpected = (likely !== undefined && !MEDIA.test(contentType ?? '')) || /\bjson\b/i.test(contentType ?? '');
  const stored = isText || reading !== undefined ? withoutEncoding(head) : head; // what can be read is decoded
  const isUnreadable = isExpected && reading === undefined && body.length > 0 && readOnce().data === undefined;
  return {
    form: 'bytes',
    payload: body.toString(isText ? 'utf8' : 'base64'),
    http: isText ? stored : { ...stored, isBase64: true },
    output: () => readOnce().data ?? (isText ? body.toString('utf8') : body),
    isStream,
    reading,
    isSkimmed: isStream,
    objection: isUnreadable ? 'invalid' : isCutOff(body, contentType) ? 'interrupted' : undefined,
  };
}

/** So many bytes are skimmed at once. */
const SKIMMED_BYTES = 16_384;

function skimmed(
  body: Buffer,
  contentType: string | undefined,
  likely: Dialect | undefined,
): AnswerReading | undefined {
  const reader = bodyReader({ contentType, likely, isSkimmed: true });
  for (let start = 0; start < body.length; start += SKIMMED_BYTES) {
    reader.add(body.subarray(start, start + SKIMMED_BYTES));
  }
  return reader.end();
}

/** An answer that must not be stored. */
export function unstorable(objection: CacheSkipReason | undefined): RecordedAnswer {
  return { form: 'bytes', payload: undefined, output: () => undefined, isStream: false, reading: undefined, objection };
}

/** The body in an entry; undefined for base64 that was not written so. */
export function bodyIn(payload: string, { isBase64 }: HttpHead): Buffer | undefined {
  if (isBase64 !== true) return Buffer.from(payload, 'utf8');
  const body = Buffer.from(payload, 'base64');
  return body.toString('base64') === payload ? body : undefined;
}

/** The mark that ends a body, such as `[DONE]`, is shorter than this. */
const TAIL_BYTES = 64;

/** How many bytes of a body there is room for at first. */
const FIRST_BYTES = 8_192;

/** Records a stream of bytes as the body of a server's answer. */
export class BodyRecording implements StreamRecording {
  readonly #head: HttpHead | undefined;
  readonly #maxLength: number;
  readonly #likely: Dialect | undefined;
  readonly #shared: StreamReading | undefined;
  #bytes: Buffer = NO_BYTES;
  #length = 0;
  #objection: CacheSkipReason | undefined;

  /**
   * @param head - what is stored beside the body, or why nothing is
   * @param maxLength - how many bytes are recorded
   * @param likely - the dialect that the body is likely in
   * @param shared - reads what the body says while it passes; undefined if no model call does
   */
  constructor(
    head: HttpHead | CacheSkipReason,
    maxLength: number,
    likely: Dialect | undefined,
    shared: StreamReading | undefined,
  ) {
    this.#head = typeof head === 'string' ? undefined : head;
    this.#objection = typeof head === 'string' ? head : undefined;
    this.#maxLength = maxLength;
    this.#likely = likely;
    this.#shared = shared;
  }

  get objection(): CacheSkipReason | undefined {
    return this.#objection;
  }

  get isOver(): boolean {
    if (this.#head === undefined) return false;
    const tail = this.#bytes.subarray(Math.max(0, this.#length - TAIL_BYTES), this.#length);
    return isBodyOver(tail, contentTypeOf(this.#head), this.#likely);
  }

  add(chunk: unknown): AnswerCopies {
    const start = this.#length;
    this.#objection ??= this.#objectionTo(chunk);
    if (this.#objection !== undefined) {
      this.#bytes = NO_BYTES;
      return new Copies(chunk, undefined);
    }
    const piece = chunk as Uint8Array;
    this.#length += piece.length;
    if (this.#length > this.#bytes.length) this.#grow(start);
    this.#bytes.set(piece, start);
    return new PieceCopies(piece, this.#bytes, start);
  }

  #objectionTo(chunk: unknown): CacheSkipReason | undefined {
    if (!(chunk instanceof Uint8Array)) return 'unserializable';
    return this.#length + chunk.length > this.#maxLength ? 'too_large' : undefined;
  }

  #grow(recorded: number): void {
    const bytes = Buffer.allocUnsafe(Math.max(FIRST_BYTES, this.#bytes.length * 2, this.#length));
    this.#bytes.copy(bytes, 0, 0, recorded);
    this.#bytes = bytes;
  }

  answer(): RecordedAnswer {
    if (this.#head === undefined) return unstorable(this.#objection);
    return recordedBody(this.#head, this.#bytes.subarray(0, this.#length), this.#likely, this.#shared);
  }
}

const NO_BYTES = Buffer.alloc(0);

/** A piece of a body for several readers: the first gets the piece itself, every other a copy, because a reader may take its memory away. */
class PieceCopies implements AnswerCopies {
  readonly #recorded: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #isBuffer: boolean;
  #original: Uint8Array | undefined;

  /** @param start - where the piece begins in what is recorded */
  constructor(original: Uint8Array, recorded: Buffer, start: number) {
    this.#original = original;
    this.#recorded = recorded;
    this.#start = start;
    this.#end = start + original.length;
    this.#isBuffer = Buffer.isBuffer(original);
  }

  take(): Uint8Array {
    const original = this.#original;
    this.#original = undefined;
    if (original !== undefined) return original;
    const copy = this.#recorded.subarray(this.#start, this.#end);
    return this.#isBuffer ? Buffer.from(copy) : new Uint8Array(copy);
  }
}
