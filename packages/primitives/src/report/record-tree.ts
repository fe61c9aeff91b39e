import type { NoteFact } from '../facts.ts';

/**
 * Knows when all work beneath one context has really ended: every execution that begins and every piece of background work enters, and
 * leaves when it is over. A tree within another one keeps that open too.
 */
export class RecordTree {
  /** Receives every fact too: the record of a primitive outside the tree. */
  readonly sink: NoteFact | undefined;
  readonly #outer: RecordTree | undefined;
  readonly #onEnd: () => void;
  #running = 0;
  #isOpen = true;
  #lateFacts = 0;

  constructor(onEnd: () => void, outer: RecordTree | undefined, sink: NoteFact | undefined) {
    this.#onEnd = onEnd;
    this.#outer = outer;
    this.sink = outer === undefined ? sink : outer.sink;
  }

  /** Whether anybody will still read what is recorded. */
  get isOpen(): boolean {
    return this.#isOpen || (this.#outer?.isOpen ?? false);
  }

  /** Facts that were stated after the end, and are in no report. */
  get lateFacts(): number {
    return this.#lateFacts;
  }

  enter(): void {
    if (this.#isOpen) this.#running += 1;
    this.#outer?.enter();
  }

  leave(): void {
    if (this.#isOpen) {
      this.#running -= 1;
      if (this.#running === 0) {
        this.#isOpen = false;
        this.#onEnd();
      }
    }
    this.#outer?.leave();
  }

  /** @returns whether the fact is to be kept; one stated after the end is counted instead */
  admitsFact(): boolean {
    if (!this.#isOpen) this.#lateFacts += 1;
    const isWantedOutside = this.#outer?.admitsFact() ?? false;
    return this.#isOpen || isWantedOutside;
  }
}
