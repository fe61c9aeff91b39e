/** Who gets the result of a read: a promise, or the reader of another flow. */
export interface Taker {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A read under way, which is answered once. */
export interface PendingRead extends Taker {
  /** Whether the flow sees the chunk elsewhere. */
  readonly isSeen: boolean;
}

/** The reads under way on one stream: most readers ask for one chunk at a time. */
export class PendingReads {
  #first: PendingRead | undefined;
  #more: Set<PendingRead> | undefined;

  get isEmpty(): boolean {
    return this.#first === undefined && (this.#more?.size ?? 0) === 0;
  }

  add(read: PendingRead): void {
    if (this.#first === undefined) this.#first = read;
    else (this.#more ??= new Set()).add(read);
  }

  has(read: PendingRead): boolean {
    return this.#first === read || this.#more?.has(read) === true;
  }

  delete(read: PendingRead): void {
    if (this.#first === read) this.#first = undefined;
    else this.#more?.delete(read);
  }

  /** Answers every read, in the order in which they began. */
  answerAll(answer: (taker: Taker) => void): void {
    if (this.#first !== undefined) answer(this.#first);
    for (const read of this.#more ?? []) answer(read);
    this.#first = undefined;
    this.#more = undefined;
  }
}
