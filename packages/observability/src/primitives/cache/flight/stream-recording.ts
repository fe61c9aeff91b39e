import { type StreamReading, sharedReadingOf } from '../../../llm/call/stream-readings.ts';
import type { AnswerReading } from '../../../llm/dialects/answer-reading.ts';
import type { Dialect } from '../../../llm/dialects/dialect.ts';
import { commonInstance, instanceNameOf, reviverOf } from '../../../llm/dialects/instances.ts';
import { streamReader } from '../../../llm/dialects/registry.ts';
import type { AnswerForm } from '../entry/envelope.ts';
import type { HttpHead } from '../entry/http-head.ts';
import { type AnswerCopies, Copies, losslessJsonOf } from '../entry/payload.ts';
import type { CacheSkipReason } from '../facts.ts';
import { ChunkPrinter } from './chunk-printer.ts';

/** An answer of the step as it is stored, and what the rules judge of it. */
export interface RecordedAnswer {
  readonly form: AnswerForm;
  /** Undefined if no text can stand for it. */
  readonly payload: string | undefined;
  readonly instance?: string | undefined;
  /** The answer of a server around the payload, if it is one. */
  readonly http?: HttpHead | undefined;
  /** The output as data; of a stream the array of its chunks. It is parsed when it is first asked for. */
  readonly output: () => unknown;
  readonly isStream: boolean;
  /** What the answer says, if that was read already. */
  readonly reading: AnswerReading | undefined;
  /** Whether its texts are missing in the reading, so it may seem empty. @defaultValue false */
  readonly isSkimmed?: boolean | undefined;
  /** Why it must not be stored, whatever the rules say. */
  readonly objection?: CacheSkipReason | undefined;
}

/** Records the chunks of a stream as they come, before anybody can change them. */
export interface StreamRecording {
  /** Records a chunk; what it gives hands the chunk to each reader, also if it could not be recorded. */
  add(chunk: unknown): AnswerCopies;
  /** Why the stream so far cannot be recorded; nothing of it is kept then. */
  readonly objection: CacheSkipReason | undefined;
  /** Whether everything has come although the source has not ended: the last chunk said so. */
  readonly isOver: boolean;
  /** What is recorded of a stream that is complete. */
  answer(): RecordedAnswer;
}

/** Records a stream of objects as JSON. */
export class ObjectRecording implements StreamRecording {
  readonly #form: AnswerForm;
  readonly #maxLength: number;
  readonly #reading: StreamReading;
  /** Reads the chunks while they are recorded, unless a model call beneath does. */
  #reader: ReturnType<typeof streamReader> | undefined;
  readonly #printer = new ChunkPrinter();
  /** The JSON of the chunks so far. It is joined only once it is read as a whole, which costs less than to join texts that were joined before. */
  #texts = '';
  #objection: CacheSkipReason | undefined;
  /** Null if chunks are instances of different classes. */
  #instance: string | undefined | null;

  /**
   * @param form - in which the stream is stored
   * @param maxLength - how much is recorded, in characters of JSON
   * @param likely - the dialect that it is likely in
   */
  constructor(stream: object, form: AnswerForm, maxLength: number, likely: Dialect | undefined) {
    const shared = sharedReadingOf(stream);
    const reader = shared === undefined ? streamReader(likely) : undefined;
    this.#form = form;
    this.#maxLength = maxLength;
    this.#reader = reader;
    this.#reading = shared ?? (() => reader?.reading());
  }

  get objection(): CacheSkipReason | undefined {
    return this.#objection;
  }

  get isOver(): boolean {
    return false;
  }

  add(chunk: unknown): AnswerCopies {
    const printed = this.#printer.print(chunk);
    const instance = printed === undefined ? instanceNameOf(chunk) : undefined;
    const text = printed ?? losslessJsonOf(chunk, instance);
    if (printed === undefined && instance === undefined && text !== undefined) this.#printer.learn(chunk, text);
    if (this.#objection === undefined) this.#record(chunk, text, instance);
    return new Copies(chunk, text, reviverOf(instance));
  }

  #record(chunk: unknown, text: string | undefined, instance: string | undefined): void {
    const isFirst = this.#texts === '';
    if (this.#instance !== null) this.#instance = isFirst ? instance : commonInstance(this.#instance, instance);
    if (text === undefined || this.#instance === null) {
      this.#giveUp('unserializable');
      return;
    }
    this.#texts = isFirst ? text : `${this.#texts},${text}`;
    if (this.#texts.length > this.#maxLength) this.#giveUp('too_large');
    else this.#reader?.add(chunk);
  }

  #giveUp(objection: CacheSkipReason): void {
    this.#objection = objection;
    this.#texts = '';
    this.#reader = undefined;
  }

  answer(): RecordedAnswer {
    const payload = `[${this.#texts}]`;
    const instance = this.#instance ?? undefined;
    let output: unknown;
    return {
      form: this.#form,
      payload,
      instance,
      output: () => (output ??= JSON.parse(payload)),
      isStream: true,
      // Instances are judged by their data, as they are when they are stored.
      reading: instance === undefined ? this.#reading() : undefined,
    };
  }
}
