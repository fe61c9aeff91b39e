import { type Clock, failureOf } from 'tta-dev-primitives';
import type { Timer } from 'tta-dev-primitives/internal';

/** The reader of a stream left it without a word, which LangChain does not tell its handlers. */
class AbandonedRunError extends Error {
  override readonly name = 'AbandonedRunError';
  readonly code = 'ERR_TTA_ABANDONED';

  constructor() {
    super('the run of the model did not end: it reported no result and no error for a long time');
  }
}

/** So long a run may be silent before its first chunk, and after each. Models that think or use tools are silent for minutes. */
const SILENT_MS = 600_000;

/** One run of a model, as its callbacks tell it: an answer, or a stream of chunks, that can be executed as a step. */
export class ObservedRun {
  /** The whole answer, or a stream of its chunks. */
  readonly answer: Promise<object>;
  readonly #controller = new AbortController();
  readonly #settle: PromiseWithResolvers<object> = Promise.withResolvers();
  readonly #clock: Clock;
  #chunks: ReadableStreamDefaultController<object> | undefined;
  #timer: Timer;

  constructor(clock: Clock) {
    this.answer = this.#settle.promise;
    this.answer.catch(() => {}); // its execution may have ended before
    this.#clock = clock;
    this.#timer = this.#expect();
  }

  /** Aborted when the run was cancelled or abandoned. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  add(chunk: object): void {
    this.#timer.cancel();
    if (this.#chunks === undefined) {
      const stream = new ReadableStream<object>({
        start: (chunks) => {
          this.#chunks = chunks;
        },
        cancel: () => this.#timer.cancel(),
      });
      this.#settle.resolve(stream);
    }
    if (this.signal.aborted) return;
    this.#timer = this.#expect();
    this.#chunks?.enqueue(chunk);
  }

  end(output: object): void {
    this.#timer.cancel();
    if (this.#chunks === undefined) this.#settle.resolve(output);
    else if (!this.signal.aborted) this.#chunks.close();
  }

  fail(error: unknown): void {
    this.#timer.cancel();
    if (failureOf(error)?.kind === 'aborted') this.#controller.abort(error);
    else if (!this.signal.aborted) this.#chunks?.error(error);
    this.#settle.reject(error);
  }

  #expect(): Timer {
    return this.#clock.setTimer(() => this.#abandon(), SILENT_MS);
  }

  #abandon(): void {
    const error = new AbandonedRunError();
    this.#controller.abort(error);
    this.#settle.reject(error);
  }
}
