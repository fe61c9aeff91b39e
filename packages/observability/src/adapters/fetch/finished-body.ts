import type { Clock } from 'tta-dev-primitives';
import { streamOver, withBody } from 'tta-dev-primitives/internal';

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Result = Awaited<ReturnType<Reader['read']>>;

/** How long the server may take to end a body whose answer is complete, in milliseconds. */
const LINGER_MS = 1_000;

/** A mark may be cut by the end of a piece; this many characters of it are looked at again. */
const OVERLAP = 48;

/**
 * A streamed response whose body ends once its answer is complete, whether or not the server ends it: most SDKs would wait for as long as
 * the connection stays open.
 *
 * @param finish - what the bytes of a complete answer match
 */
export function endedAtFinish(response: Response, finish: RegExp, clock: Clock): Response {
  if (response.body === null) return response;
  const body = new FinishedBody(response.body, finish, clock);
  const { output } = streamOver('bytes', {
    give: ({ resolve, reject }) => void body.next().then(resolve, reject),
    leave: (reason) => body.leave(reason),
  });
  return withBody(response, output) as Response; // of the class of the response
}

class FinishedBody {
  readonly #reader: Reader;
  readonly #finish: RegExp;
  readonly #clock: Clock;
  #tail = '';
  #isFinished = false;

  constructor(body: ReadableStream<Uint8Array>, finish: RegExp, clock: Clock) {
    this.#reader = body.getReader();
    this.#finish = finish;
    this.#clock = clock;
  }

  next(): Promise<Result> {
    return this.#isFinished ? this.#last() : this.#reader.read().then((result) => this.#seen(result));
  }

  leave(reason: unknown): Promise<void> {
    return this.#reader.cancel(reason);
  }

  #seen(result: Result): Result {
    if (result.done) return result;
    const { buffer, byteOffset, byteLength } = result.value;
    const text = this.#tail + Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
    this.#isFinished = this.#finish.test(text);
    this.#tail = text.slice(-OVERLAP);
    return result;
  }

  /** What follows the finish, if it comes in time; a connection that breaks takes nothing away any more. */
  #last(): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<Result>();
    const end = (): void => resolve({ done: true, value: undefined });
    const timer = this.#clock.setTimer(() => {
      end();
      this.#reader.cancel().catch(() => {}); // it is closed already
    }, LINGER_MS);
    this.#reader.read().then(resolve, end);
    return promise.finally(() => timer.cancel());
  }
}
