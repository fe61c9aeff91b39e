import type { Clock } from 'tta-dev-primitives';
import { streamOver, withBody } from 'tta-dev-primitives/internal';
import type { HttpDialect } from '../../llm/dialects/http-dialect.ts';
import { lastRead } from '../last-read.ts';
import { endOfEvents } from './usage-event.ts';

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Result = Awaited<ReturnType<Reader['read']>>;

/** A mark may be cut by the end of a piece; this many characters of it are looked at again. */
const OVERLAP = 48;

export interface FinishedBodyOptions {
  /** What the bytes of a complete answer match, or a test of each line. */
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
  flow.add({ onChunk: (piece) => body.see(piece as Uint8Array) }); // a byte stream gives nothing else
  return withBody(response, output) as Response; // of the class of the response
}

class FinishedBody {
  readonly #reader: Reader;
  readonly #options: FinishedBodyOptions;
  #tail = '';
  #isFinished = false;
  /** An event that has not come to its end. */
  #rest: Buffer | undefined;

  constructor(body: ReadableStream<Uint8Array>, options: FinishedBodyOptions) {
    this.#reader = body.getReader();
    this.#options = options;
  }

  next(): Promise<Result> {
    const read = this.#isFinished ? lastRead(this.#reader, this.#options.clock) : this.#reader.read();
    return this.#options.isByEvent ? read.then((result) => this.#wholeEvents(result)) : read;
  }

  leave(reason: unknown): Promise<void> {
    return this.#reader.cancel(reason);
  }

  see(piece: Uint8Array): void {
    if (this.#isFinished) return;
    const { finish } = this.#options;
    const text = bufferOf(piece).toString('latin1');
    if (typeof finish === 'function') this.#seeLines(text, finish);
    else this.#seeText(this.#tail + text, finish);
  }

  #seeText(text: string, finish: RegExp): void {
    this.#isFinished = finish.test(text);
    this.#tail = text.slice(-OVERLAP);
  }

  #seeLines(text: string, isLast: (line: string) => boolean): void {
    const end = text.lastIndexOf('\n');
    if (end === -1) {
      this.#tail += text;
      return;
    }
    this.#isFinished = (this.#tail + text.slice(0, end)).split('\n').some(isLast);
    this.#tail = text.slice(end + 1);
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
