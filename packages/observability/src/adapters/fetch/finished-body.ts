import type { Clock } from 'tta-dev-primitives';
import { streamOver, withBody } from 'tta-dev-primitives/internal';
import type { HttpDialect } from '../../llm/dialects/http-dialect.ts';
import { lastRead } from '../last-read.ts';
import { FinishWatch } from './finish-watch.ts';
import { endOfEvents } from './usage-event.ts';

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Result = Awaited<ReturnType<Reader['read']>>;

export interface FinishedBodyOptions {
  readonly finish: NonNullable<HttpDialect['finish']>;
  /** Whether pieces are to end where an event does. */
  readonly isByEvent: boolean;
  readonly clock: Clock;
}

/**
 * A streamed response whose body ends once its answer is complete, even if the server does not end it. Most SDKs would wait until
 * the connection closes.
 */
export function endedAtFinish(response: Response, options: FinishedBodyOptions): Response {
  if (response.body === null) return response;
  const body = new FinishedBody(response.body, options);
  const { flow, output } = streamOver('bytes', {
    give: ({ resolve, reject }) => void body.next().then(resolve, reject),
    leave: (reason) => body.leave(reason),
  });
  const watch = new FinishWatch(options.finish);
  flow.add({
    onChunk(piece) {
      if (!watch.see(piece as Uint8Array)) return; // a byte stream gives nothing else
      void body.finish().then((isOver) => isOver && flow.sourceEnded());
    },
  });
  return withBody(response, output) as Response; // of the class of the response
}

class FinishedBody {
  readonly #reader: Reader;
  readonly #options: FinishedBodyOptions;
  #isFinished = false;
  /** What follows the last piece of the answer, until the reader asks for it. */
  #last: Promise<Result> | undefined;
  /** An event that has not come to its end. */
  #rest: Buffer | undefined;

  constructor(body: ReadableStream<Uint8Array>, options: FinishedBodyOptions) {
    this.#reader = body.getReader();
    this.#options = options;
  }

  next(): Promise<Result> {
    const read = this.#last ?? this.#read();
    this.#last = undefined;
    return this.#options.isByEvent ? read.then((result) => this.#wholeEvents(result)) : read;
  }

  /**
   * Reads on after the answer is complete, because some SDKs do not.
   *
   * @returns whether nothing follows
   */
  async finish(): Promise<boolean> {
    this.#isFinished = true;
    this.#last = this.#read();
    const { done } = await this.#last;
    return done && this.#rest === undefined;
  }

  #read(): Promise<Result> {
    return this.#isFinished ? lastRead(this.#reader, this.#options.clock) : this.#reader.read();
  }

  leave(reason: unknown): Promise<void> {
    return this.#reader.cancel(reason);
  }

  #wholeEvents(result: Result): Result | Promise<Result> {
    const rest = this.#rest;
    this.#rest = undefined;
    if (result.done) return rest === undefined ? result : { done: false, value: ownBytes(rest) };
    const bytes = rest === undefined ? bufferOf(result.value) : Buffer.concat([rest, result.value]);
    const end = endOfEvents(bytes);
    if (end === bytes.length) return rest === undefined ? result : { done: false, value: ownBytes(bytes) };
    this.#rest = Buffer.from(bytes.subarray(end));
    return end === 0 ? this.next() : { done: false, value: ownBytes(bytes.subarray(0, end)) };
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** A byte stream takes the memory of what it is given, and small buffers share theirs. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
