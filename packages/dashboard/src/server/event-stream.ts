/** States are pushed at most so often. */
const SHORTEST_MS = 250;

/** After so long without a change a state is pushed all the same, which shows that the connection lives. */
const LONGEST_MS = 1_000;

export interface StreamEvent {
  /** The cursor. */
  readonly id: string;
  readonly data: string;
}

/**
 * Pushes states to one reader, as Server-Sent Events. The next state is made when the reader has taken the last one. A slow reader gets a
 * newer state later, and nothing piles up.
 */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #next: () => StreamEvent;
  readonly #onEnd: (stream: EventStream) => void;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;
  #isWanted = false;
  #hasChanged = true;
  #isOver = false;

  /** @param onEnd - called once, when the reader has left or the stream was closed */
  constructor(next: () => StreamEvent, onEnd: (stream: EventStream) => void) {
    this.#next = next;
    this.#onEnd = onEnd;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          this.#isWanted = true;
          this.#schedule();
        },
        cancel: () => this.#end(),
      },
      { highWaterMark: 1 },
    );
  }

  /** There is something new. */
  changed(): void {
    if (this.#hasChanged) return;
    this.#hasChanged = true;
    this.#schedule();
  }

  close(): void {
    if (this.#isOver) return;
    this.#end();
    this.#controller?.close();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#onEnd(this);
  }

  #schedule(): void {
    if (this.#isOver || !this.#isWanted) return;
    clearTimeout(this.#timer);
    const restMs = this.#hasChanged ? SHORTEST_MS : LONGEST_MS;
    const waitMs = this.#lastAt + restMs - performance.now();
    if (waitMs <= 0) this.#push();
    else this.#timer = setTimeout(() => this.#push(), waitMs).unref();
  }

  #push(): void {
    this.#hasChanged = false;
    this.#isWanted = false;
    this.#lastAt = performance.now();
    const { id, data } = this.#next();
    this.#controller?.enqueue(this.#encoder.encode(`event: state\nid: ${id}\ndata: ${data}\n\n`));
  }
}
