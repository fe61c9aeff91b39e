import type { Clock, Timer } from '../clock.ts';
import type { NoteFact } from '../facts.ts';

/** The longest wait for what goes on after the executions made with the context itself, in milliseconds since it last changed. */
export const MAX_REST_MS = 60_000;

/**
 * Knows when all work beneath one context has really ended: every execution that begins and every piece of background work enters, and
 * leaves when it is over. What goes on for longer than {@link MAX_REST_MS} after the executions made with the context itself
 * is not waited for. A tree within another one keeps that open too.
 */
export class RecordTree {
  /** Receives every fact too: the record of a primitive outside the tree. */
  readonly sink: NoteFact | undefined;
  readonly #outer: RecordTree | undefined;
  readonly #onEnd: () => void;
  readonly #clock: Clock;
  #running = 0;
  /** How many of the executions made with the context itself are running. */
  #runningFirst = 0;
  #timer: Timer | undefined;
  #isOpen = true;
  #lateFacts = 0;

  constructor(clock: Clock, onEnd: () => void, outer: RecordTree | undefined, sink: NoteFact | undefined) {
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#outer = outer;
    this.sink = outer === undefined ? sink : outer.sink;
  }

  /** Whether the records will still be read. */
  get isOpen(): boolean {
    return this.#isOpen || (this.#outer?.isOpen ?? false);
  }

  /** Facts that were stated after the end, and are in no report. */
  get lateFacts(): number {
    return this.#lateFacts;
  }

  /** @param isFirst - whether an execution is made with the context itself; always false for background work */
  enter(isFirst: boolean): void {
    if (this.#isOpen) {
      this.#running += 1;
      if (isFirst) this.#runningFirst += 1;
      this.#awaitRest();
    }
    this.#outer?.enter(false);
  }

  /** @param isFirst - as it was when it entered */
  leave(isFirst: boolean): void {
    if (this.#isOpen) {
      this.#running -= 1;
      if (isFirst) this.#runningFirst -= 1;
      if (this.#running === 0) this.#end();
      else this.#awaitRest();
    }
    this.#outer?.leave(false);
  }

  /** @returns whether to keep the fact; a fact stated after the end is only counted */
  admitsFact(): boolean {
    if (!this.#isOpen) this.#lateFacts += 1;
    const isWantedOutside = this.#outer?.admitsFact() ?? false;
    return this.#isOpen || isWantedOutside;
  }

  /** Work that was given up may never settle. */
  #awaitRest(): void {
    this.#timer?.cancel();
    if (this.#runningFirst > 0) return;
    this.#timer = this.#clock.setTimer(() => this.#end(), MAX_REST_MS);
    this.#timer.unref?.();
  }

  #end(): void {
    this.#timer?.cancel();
    this.#isOpen = false;
    this.#onEnd();
  }
}
