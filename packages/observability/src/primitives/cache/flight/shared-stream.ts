import { isReadableStream, type OutputEnd } from 'tta-dev-primitives';
import { setAccount } from '../../../llm/account.ts';
import { instanceNameOf } from '../../../llm/dialects/instances.ts';
import type { AnswerForm } from '../entry/envelope.ts';
import { Copies, losslessJson } from '../entry/payload.ts';
import type { CacheSkipReason } from '../facts.ts';
import { type StreamForm, streamOf } from './stream-of.ts';

export interface SharedStreamOptions {
  /** How much is recorded, in characters of JSON; a longer stream goes on unrecorded. */
  readonly maxRecorded: number;
  /** Told once when the recording cannot be kept; from then on nobody can join, because the beginning is forgotten. */
  readonly onUnrecordable: (reason: CacheSkipReason) => void;
  /** Told once how the source ended. */
  readonly onEnd: (end: OutputEnd) => void;
}

/** One who reads a shared stream. */
interface Reader {
  /** The index of the next chunk in the stream. */
  position: number;
  isGone: boolean;
  /** Whether the source was opened on behalf of this reader. */
  readonly hasPaid: boolean;
  /** End its waits for a chunk; a reader may ask for several at once. */
  readonly wakes: Set<() => void>;
  readonly onEnd: (end: OutputEnd) => void;
}

/**
 * One stream for several readers, each at its own pace and from the beginning.
 *
 * The source is pulled when a reader wants more than there is, so it is never ahead of the fastest reader. Its chunks are
 * recorded as they arrive, before anybody can change them.
 */
export class SharedStream {
  readonly form: StreamForm;
  readonly #source: AsyncIterator<unknown>;
  readonly #options: SharedStreamOptions;
  readonly #readers = new Set<Reader>();
  #chunks: Copies[] = [];
  /** The index in the stream of the first chunk that is still there. */
  #firstIndex = 0;
  #recorded = 0;
  #isRecording = true;
  #instance: string | undefined;
  #pulling: Promise<void> | undefined;
  #end: OutputEnd | undefined;

  constructor(source: AsyncIterable<unknown> | ReadableStream<unknown>, options: SharedStreamOptions) {
    this.form = isReadableStream(source) ? 'readable' : 'iterable';
    this.#source = isReadableStream(source) ? readerOf(source) : source[Symbol.asyncIterator]();
    this.#options = options;
  }

  /** The recording as the JSON array of all chunks; undefined unless the stream has ended completely and could be recorded. */
  recording(): string | undefined {
    if (!this.#isRecording || this.#end?.kind !== 'complete') return undefined;
    return `[${this.#chunks.map(({ text }) => text).join(',')}]`;
  }

  /** The class that each chunk is an instance of. */
  get instance(): string | undefined {
    return this.#instance;
  }

  /**
   * A stream of its own for one reader, of the same form as the source.
   *
   * @param hasPaid - whether the source was opened on behalf of this reader
   * @param onEnd - told once how the reading ended
   * @returns the stream, and a function that ends it with an error
   */
  open(
    hasPaid: boolean,
    onEnd: (end: OutputEnd) => void,
  ): { readonly stream: object; readonly fail: (error: unknown) => void } {
    const reader: Reader = { position: 0, isGone: false, hasPaid, wakes: new Set(), onEnd };
    let failure: { readonly error: unknown } | undefined;
    this.#readers.add(reader);
    const stream = streamOf(this.form, {
      next: async () => {
        const result = await this.#read(reader);
        if (failure === undefined) return result;
        const { error } = failure;
        failure = undefined;
        throw error;
      },
      leave: (reason) => this.#leave(reader, { kind: 'left', reason }),
    });
    const fail = (error: unknown): void => {
      if (reader.isGone) return;
      failure = { error };
      this.#leave(reader, { kind: 'failed', error });
    };
    return { stream, fail };
  }

  /** Resolves once the source has given a chunk or ended. @throws what it fails with before its first chunk */
  async begin(): Promise<void> {
    await this.#pulled();
    if (this.#end?.kind === 'failed') throw this.#end.error;
  }

  /** Ends the source, because nobody reads any more. */
  cancel(reason: unknown): void {
    if (this.#end !== undefined) return;
    this.#finish({ kind: 'left', reason });
    const source = this.#source as AsyncIterator<unknown> & { return?(reason?: unknown): Promise<unknown> };
    Promise.resolve(source.return?.(reason)).catch(() => {}); // nobody is left to hear how the clean-up went
  }

  async #read(reader: Reader): Promise<IteratorResult<unknown>> {
    for (;;) {
      if (reader.isGone) return { done: true, value: undefined };
      const chunk = this.#chunks[reader.position - this.#firstIndex];
      if (chunk !== undefined) {
        reader.position += 1;
        const value = reader.hasPaid ? chunk.take() : chunk.takeUnpaid();
        this.#forgetRead();
        return { done: false, value };
      }
      if (this.#end !== undefined) {
        this.#leave(reader, this.#end);
        if (this.#end.kind === 'failed') throw this.#end.error;
        return { done: true, value: undefined };
      }
      await this.#more(reader);
    }
  }

  /** Waits until there may be more to read, or the reader is gone. */
  #more(reader: Reader): Promise<void> {
    const pulling = this.#pulled();
    return new Promise((resolve) => {
      const wake = (): void => {
        reader.wakes.delete(wake);
        resolve();
      };
      reader.wakes.add(wake);
      void pulling.then(wake);
    });
  }

  #pulled(): Promise<void> {
    this.#pulling ??= this.#pull().finally(() => {
      this.#pulling = undefined;
    });
    return this.#pulling;
  }

  async #pull(): Promise<void> {
    try {
      const result = await this.#source.next();
      if (this.#end !== undefined) return;
      if (result.done === true) this.#finish({ kind: 'complete' });
      else this.#record(result.value);
    } catch (error) {
      this.#finish({ kind: 'failed', error });
    }
  }

  #record(value: unknown): void {
    const text = losslessJson(value);
    this.#chunks.push(new Copies(value, text));
    if (!this.#isRecording) return;
    this.#recorded += text?.length ?? 0;
    const instance = instanceNameOf(value);
    if (this.#chunks.length === 1) this.#instance = instance;
    const isReadable = text !== undefined && this.#instance === instance;
    if (isReadable && this.#recorded <= this.#options.maxRecorded) return;
    this.#isRecording = false;
    this.#options.onUnrecordable(isReadable ? 'too_large' : 'unserializable');
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

  #leave(reader: Reader, end: OutputEnd): void {
    if (reader.isGone) return;
    reader.isGone = true;
    this.#readers.delete(reader);
    for (const wake of reader.wakes) wake();
    this.#forgetRead();
    reader.onEnd(end);
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
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    return: async (reason?: unknown) => {
      await reader.cancel(reason);
      return { done: true, value: undefined };
    },
  };
}

/** Gives a recorded stream again: the same chunks, in the same form, as fast as they are read. */
export function replay(form: Exclude<AnswerForm, 'value'>, chunks: readonly unknown[]): object {
  let position = 0;
  return streamOf(form, {
    next: async () => {
      if (position >= chunks.length) return { done: true, value: undefined };
      const value = chunks[position];
      setAccount(value, 'unpaid');
      position += 1;
      return { done: false, value };
    },
    leave: () => {
      position = chunks.length;
    },
  });
}
