import {
  type Flow,
  type Followed,
  flowOf,
  formOf,
  isReadableStream,
  type OutputEnd,
  type StreamForm,
  streamOver,
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
  /** Told once when the recording cannot be kept; from then on nobody can join, because the beginning is forgotten. */
  readonly onUnrecordable: (reason: CacheSkipReason) => void;
  /** Told once how the source ended. */
  readonly onEnd: (end: OutputEnd) => void;
}

/** One who reads a shared stream. */
interface Reader {
  /** The index of the next chunk in the stream. */
  position: number;
  /** Gives the next result, which a pull of its own or of another reader has brought. */
  readonly go: () => Result | Promise<Result>;
  /** Takes what its own pull has brought. */
  readonly arrived: (result: Result) => Result | Promise<Result>;
  readonly failed: (error: unknown) => Result | Promise<Result>;
}

type Result = IteratorResult<unknown>;

/**
 * One stream for several readers, each at its own pace and from the beginning.
 *
 * The source is pulled when a reader wants more than there is, so it is never ahead of the fastest reader. Its chunks are
 * recorded as they arrive, before anybody can change them.
 */
export class SharedStream {
  readonly #liveForm: StreamForm;
  readonly #flow: Flow | undefined;
  readonly #source: AsyncIterator<unknown>;
  readonly #options: SharedStreamOptions;
  readonly #readers = new Set<Reader>();
  #chunks: AnswerCopies[] = [];
  /** The index in the stream of the first chunk that is still there. */
  #firstIndex = 0;
  readonly #recording: StreamRecording;
  #isRecording = true;
  /** The pull under way; may reject, with what the source failed with. */
  #pulling: Promise<unknown> | undefined;
  #end: OutputEnd | undefined;

  constructor(source: AsyncIterable<unknown> | ReadableStream<unknown>, options: SharedStreamOptions) {
    this.#liveForm = formOf(source);
    const followed = flowOf(source);
    this.#flow = followed?.flow;
    const output = followed?.output ?? source;
    const form = this.#liveForm === 'iterable' ? 'iterable' : 'readable';
    this.#recording = options.recording ?? new ObjectRecording(output, form, options.maxRecorded, options.likely);
    this.#source =
      isReadableStream(output) && !Object.hasOwn(output, Symbol.asyncIterator)
        ? readerOf(output)
        : (output as AsyncIterable<unknown>)[Symbol.asyncIterator]();
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
    const reader: Reader = {
      position: 0,
      go: () => this.#next(reader) ?? this.#read(reader),
      arrived: (result) => {
        this.#arrived(result);
        return reader.go();
      },
      failed: (error) => {
        this.#failed(error);
        return reader.go();
      },
    };
    this.#readers.add(reader);
    const followed = streamOver(this.#liveForm, { next: () => this.#read(reader), leave: () => {} });
    followed.flow.add({
      isOver: () => this.#isRecording && reader.position === this.#chunks.length && this.#recording.isOver,
      onEnd: (end) => {
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
    this.#pulling ??= this.#pull().then(
      (result) => this.#arrived(result),
      (error: unknown) => this.#failed(error),
    );
    await this.#pulling;
    if (this.#end?.kind === 'failed') throw this.#end.error;
  }

  /** Ends the source, because nobody reads any more. */
  cancel(reason: unknown): void {
    this.#close({ kind: 'left', reason }, reason);
  }

  #close(end: OutputEnd, reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#finish(end);
    if (this.#flow !== undefined) this.#flow.drop(reason);
    else Promise.resolve(this.#source.return?.(reason)).catch(() => {}); // nothing waits for the clean-up
  }

  /** Answers at once from the recording, or else with what the next pull gives. */
  #read(reader: Reader): Promise<Result> {
    const result = this.#next(reader);
    if (result !== undefined) return Promise.resolve(result);
    if (this.#pulling !== undefined) return this.#pulling.then(reader.go, reader.go);
    const pulled = this.#pull().then(reader.arrived, reader.failed);
    this.#pulling = pulled;
    return pulled;
  }

  /** The next result for a reader; undefined when the source has to give it. @throws what the source failed with */
  #next(reader: Reader): Result | undefined {
    const chunk = this.#chunks[reader.position - this.#firstIndex];
    if (chunk !== undefined) {
      reader.position += 1;
      const value = chunk.take();
      const isShared = this.#liveForm === 'bytes' && this.#readers.size > 1;
      this.#forgetRead();
      return { done: false, value: isShared ? (value as Uint8Array).slice() : value }; // a reader takes its memory away
    }
    if (this.#end?.kind === 'failed') throw this.#end.error;
    return this.#end === undefined ? undefined : { done: true, value: undefined };
  }

  #arrived(result: Result): void {
    this.#pulling = undefined;
    if (this.#end !== undefined) return;
    if (result.done === true) this.#finish({ kind: 'complete' });
    else this.#record(result.value);
  }

  #failed(error: unknown): void {
    this.#pulling = undefined;
    this.#finish({ kind: 'failed', error });
  }

  #pull(): Promise<Result> {
    try {
      return Promise.resolve(this.#source.next());
    } catch (error) {
      return Promise.reject(error);
    }
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

function readerOf(stream: ReadableStream<unknown>): AsyncIterator<unknown> {
  const reader = stream.getReader();
  return {
    next: () => reader.read() as Promise<Result>,
    return: async (reason?: unknown) => {
      await reader.cancel(reason);
      return { done: true, value: undefined };
    },
  };
}

/** Gives a recorded stream again: the same chunks, in the same form, as fast as they are read. */
export function replay(form: StreamForm, chunks: readonly unknown[]): object {
  let position = 0;
  const { output } = streamOver(form, {
    next: async () => {
      if (position >= chunks.length) return { done: true, value: undefined };
      const value = chunks[position];
      position += 1;
      return { done: false, value };
    },
    leave: () => {
      position = chunks.length;
    },
  });
  return output;
}
