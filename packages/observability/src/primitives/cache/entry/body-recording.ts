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
  pieces: readonly Buffer[],
  likely: Dialect | undefined,
  shared?: StreamReading | undefined,
): RecordedAnswer {
  const body = Buffer.concat(pieces);
  const isText = isUtf8(body);
  const contentType = contentTypeOf(head);
  const isStream = framingOfBody(body, contentType, likely) !== undefined;
  const reading = shared?.() ?? skimmed(pieces, contentType, likely);
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

function skimmed(
  pieces: readonly Buffer[],
  contentType: string | undefined,
  likely: Dialect | undefined,
): AnswerReading | undefined {
  const reader = bodyReader({ contentType, likely, isSkimmed: true });
  for (const piece of pieces) reader.add(piece);
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

/** Records a stream of bytes as the body of a server's answer. */
export class BodyRecording implements StreamRecording {
  readonly #head: HttpHead | undefined;
  readonly #maxLength: number;
  readonly #likely: Dialect | undefined;
  readonly #shared: StreamReading | undefined;
  #pieces: Buffer[] = [];
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
    const tail = Buffer.concat(this.#pieces.slice(-TAIL_BYTES)).subarray(-TAIL_BYTES); // a piece has a byte at least
    return this.#head !== undefined && isBodyOver(tail, contentTypeOf(this.#head), this.#likely);
  }

  add(chunk: unknown): AnswerCopies {
    if (this.#objection === undefined) this.#objection = this.#objectionTo(chunk);
    if (this.#objection !== undefined) {
      this.#pieces = [];
      return new Copies(chunk, undefined);
    }
    const piece = Buffer.from(chunk as Uint8Array);
    this.#pieces.push(piece);
    return new PieceCopies(chunk as Uint8Array, piece);
  }

  #objectionTo(chunk: unknown): CacheSkipReason | undefined {
    if (!(chunk instanceof Uint8Array)) return 'unserializable';
    this.#length += chunk.length;
    return this.#length > this.#maxLength ? 'too_large' : undefined;
  }

  answer(): RecordedAnswer {
    if (this.#head === undefined) return unstorable(this.#objection);
    return recordedBody(this.#head, this.#pieces, this.#likely, this.#shared);
  }
}

/** A piece of a body for several readers: the first gets the piece itself, every other a copy, because a reader may take its memory away. */
class PieceCopies implements AnswerCopies {
  readonly #copy: Buffer;
  readonly #isBuffer: boolean;
  #original: Uint8Array | undefined;

  constructor(original: Uint8Array, copy: Buffer) {
    this.#original = original;
    this.#copy = copy;
    this.#isBuffer = Buffer.isBuffer(original);
  }

  take(): Uint8Array {
    const original = this.#original;
    this.#original = undefined;
    return original ?? (this.#isBuffer ? Buffer.from(this.#copy) : new Uint8Array(this.#copy));
  }
}
