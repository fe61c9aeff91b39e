import {
  type ChunkSource,
  type Flow,
  type Followed,
  flowOf,
  formOf,
  isReadableStream,
  type OutputEnd,
  type StreamForm,
  streamOver,
  type Taker,
} from 'tta-dev-primitives/internal';
import type { Dialect } from '../../../llm/dialects/dialect.ts';
import type { AnswerCopies } from '../entry/payload.ts';
import type { CacheSkipReason } from '../facts.ts';
import { ObjectRecording, type RecordedAnswer, type StreamRecording } from './stream-recording.ts';

export interface SharedStreamOptions {
  /** How much is recorded, in characters of JSON; a longer stream goes on unrecorded. */
  readonly maxRecorded: number;
  /** The dialect that the stream is likely in. */
  readonly likely?: Dialect | undefined;
  /** What records its chunks. @defaultValue they are recorded as JSON */
  readonly recording?: StreamRecording | undefined;
  /** Told once when the recording cannot be kept; from then on no reader can join, because the beginning is gone. */
  readonly onUnrecordable: (reason: CacheSkipReason) => void;
  /** Told once how the source ended. */
  readonly onEnd: (end: OutputEnd) => void;
}

type Result = IteratorResult<unknown>;

/** One who reads a shared stream. */
interface Reader {
  /** The index of the next chunk in the stream. */
  position: number;
  hasLeft: boolean;
}

/**
 * One stream for several readers, each at its own pace and from the beginning.
 *
 * The source is pulled when a reader wants more than there is, so it is never ahead of the fastest reader. Its chunks are
 * recorded as they arrive, before anybody can change them.
 */
export class SharedStream {
  readonly #liveForm: StreamForm;
  readonly #flow: Flow;
  readonly #options: SharedStreamOptions;
  readonly #readers = new Set<Reader>();
  #chunks: AnswerCopies[] = [];
  /** The index in the stream of the first chunk that is still there. */
  #firstIndex = 0;
  readonly #recording: StreamRecording;
  #isRecording = true;
  readonly #ask: (taker: Taker) => void;
  readonly #arrival: Taker;
  /** The readers that wait for the next chunk, in the order of their requests. */
  #waiting: (() => void)[] | undefined;
  #isAsked = false;
  #end: OutputEnd | undefined;

  constructor(source: AsyncIterable<unknown> | ReadableStream<unknown>, options: SharedStreamOptions) {
    this.#liveForm = formOf(source);
    const { flow, output } = flowOf<object>(source) ?? relayOf(source);
    this.#flow = flow;
    const form = this.#liveForm === 'iterable' ? 'iterable' : 'readable';
    this.#recording = options.recording ?? new ObjectRecording(output, form, options.maxRecorded, options.likely);
    this.#ask = asking(output, flow);
    this.#arrival = { resolve: (result) => this.#arrived(result as Result), reject: (error) => this.#failed(error) };
    this.#options = options;
  }

  /** What is recorded; undefined unless the stream has ended completely and could be recorded. */
  recorded(): RecordedAnswer | undefined {
    return this.#isRecording && this.#end?.kind === 'complete' ? this.#recording.answer() : undefined;
  }

  /**
   * A stream of its own for one reader, of the same form as the source.
   *
   * @param onEnd - told once how the reading ended
   */
  open(onEnd: (end: OutputEnd) => void): Followed {
    const reader: Reader = { position: 0, hasLeft: false };
    this.#readers.add(reader);
    const followed = streamOver(this.#liveForm, { give: (taker) => this.#give(reader, taker), leave: () => {} });
    followed.flow.add({
      isOver: () => this.#isRecording && reader.position === this.#chunks.length && this.#recording.isOver,
      onEnd: (end) => {
        reader.hasLeft = true;
        this.#readers.delete(reader);
        this.#forgetRead();
        if (end.kind === 'complete') this.#close(end, undefined); // the reader did not wait for the source to end
        onEnd(end);
      },
    });
    return followed;
  }

  /** Resolves once the source has given a chunk or ended. @throws what it fails with before its first chunk */
  async begin(): Promise<void> {
    await new Promise<void>((resolve) => this.#wait(resolve));
    if (this.#end?.kind === 'failed') throw this.#end.error;
  }

  /** Ends the source, because its last reader has left. */
  cancel(reason: unknown): void {
    this.#close({ kind: 'left', reason }, reason);
  }

  #close(end: OutputEnd, reason: unknown): void {
    if (this.#end !== undefined) return;
    if (end.kind === 'complete') this.#flow.concludeReading(); // the recording is judged by what a model call has read
    this.#finish(end);
    this.#flow.drop(reason);
  }

  /** Gives a reader its next result: at once from what has come, or else when the source has given more. */
  #give(reader: Reader, taker: Taker): void {
    const chunk = this.#chunks[reader.position - this.#firstIndex];
    if (chunk !== undefined) {
      reader.position += 1;
      const value = chunk.take();
      const isShared = this.#liveForm === 'bytes' && this.#readers.size > 1;
      this.#forgetRead();
      taker.resolve({ done: false, value: isShared ? (value as Uint8Array).slice() : value }); // a reader takes its memory away
    } else if (this.#end === undefined && !reader.hasLeft) this.#wait(() => this.#give(reader, taker));
    else if (this.#end?.kind === 'failed') taker.reject(this.#end.error);
    else taker.resolve({ done: true, value: undefined });
  }

  #wait(look: () => void): void {
    if (this.#waiting === undefined) this.#waiting = [look];
    else this.#waiting.push(look);
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#ask(this.#arrival);
  }

  #arrived(result: Result): void {
    if (this.#end === undefined) {
      if (result.done === true) this.#finish({ kind: 'complete' });
      else this.#record(result.value);
    }
    this.#lookAgain();
  }

  #failed(error: unknown): void {
    this.#finish({ kind: 'failed', error });
    this.#lookAgain();
  }

  #lookAgain(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#isAsked = false;
    for (const look of waiting ?? []) look();
  }

  #record(value: unknown): void {
    this.#chunks.push(this.#recording.add(value));
    if (!this.#isRecording) return;
    const { objection } = this.#recording;
    if (objection === undefined) return;
    this.#isRecording = false;
    this.#options.onUnrecordable(objection);
  }

  /** What cannot be recorded is held only until every reader has it. */
  #forgetRead(): void {
    if (this.#isRecording) return;
    const slowest = Math.min(...Array.from(this.#readers, ({ position }) => position));
    const count = Math.min(slowest - this.#firstIndex, this.#chunks.length);
    if (count <= 0) return;
    this.#chunks.splice(0, count);
    this.#firstIndex += count;
  }

  #finish(end: OutputEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#options.onEnd(end);
  }
}

/** How the next result of a source is read. */
function asking(source: object, flow: Flow): (taker: Taker) => void {
  const reading = flow.reading();
  if (reading === undefined) return resultsOf(source as AsyncIterable<unknown>).give;
  if (isReadableStream(source)) source.getReader(); // locks it, because it is read past its queue
  return (taker) => flow.readInto(reading, taker);
}

function resultsOf(source: AsyncIterable<unknown>): ChunkSource {
  const iterator = source[Symbol.asyncIterator]();
  return {
    give: ({ resolve, reject }) => void new Promise((read) => read(iterator.next())).then(resolve, reject),
    leave: (reason) => iterator.return?.(reason),
  };
}

/** A stream in place of one that cannot be followed. */
function relayOf(source: AsyncIterable<unknown>): Followed {
  return streamOver('iterable', resultsOf(source));
}
