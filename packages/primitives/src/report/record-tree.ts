import type { Clock, Timer } from '../clock.ts';
import type { NoteFact } from '../facts.ts';
import type { ReportedRequest } from './reported-request.ts';

/** The longest wait for what goes on after the executions made with the context itself, in milliseconds since it last changed. */
export const MAX_REST_MS = 60_000;

/** How many executions one tree keeps, because a workflow may run for days. */
export const MAX_EXECUTIONS = 10_000;

/** How many facts one tree keeps. */
const MAX_FACTS = 100_000;

/** What a tree calls. */
export interface TreeListener {
  /** The request that all work beneath it belongs to. */
  readonly request: ReportedRequest;
  /** An execution made with the context itself has begun; called for the first one only. */
  began(): void;
  /** All work has really ended, or is not waited for any longer. */
  ended(): void;
}

/**
 * Knows when all work beneath one context has really ended: every execution that begins and every piece of background work enters, and
 * leaves when it is over. What goes on for longer than {@link MAX_REST_MS} after the executions made with the context itself
 * is not waited for. A tree within another one keeps that open too.
 */
export class RecordTree {
  /** Receives every fact too: the record of a primitive outside the tree. */
  readonly sink: NoteFact | undefined;
  readonly #outer: RecordTree | undefined;
  readonly #listener: TreeListener;
  readonly #clock: Clock;
  #running = 0;
  /** How many of the executions made with the context itself are running. */
  #runningFirst = 0;
  #timer: Timer | undefined;
  #isOpen = true;
  #hasBegun = false;
  #executions = 0;
  #facts = 0;
  #omitted = 0;
  #lateFacts = 0;

  constructor(clock: Clock, listener: TreeListener, outer?: RecordTree, sink?: NoteFact) {
    this.#clock = clock;
    this.#listener = listener;
    this.#outer = outer;
    this.sink = outer === undefined ? sink : outer.sink;
  }

  /** Whether the records will still be read. */
  get isOpen(): boolean {
    return this.#isOpen || (this.#outer?.isOpen ?? false);
  }

  /** The request of the outermost tree. */
  get request(): ReportedRequest {
    return this.#outer?.request ?? this.#listener.request;
  }

  /** Facts that were stated after the end, and are in no report. */
  get lateFacts(): number {
    return this.#lateFacts;
  }

  /** Executions and facts that there was no room for. */
  get omitted(): number {
    return this.#omitted;
  }

  /** Whether an execution that begins now gets a record of its own. */
  get hasRoom(): boolean {
    return this.#executions < MAX_EXECUTIONS && (this.#outer?.hasRoom ?? true);
  }

  /** @returns whether to record an execution that begins; one without room is only counted, and its facts go to the one around it */
  admitsExecution(): boolean {
    const isAdmitted = this.hasRoom;
    if (isAdmitted) this.#executions += 1;
    else this.#omitted += 1;
    return (this.#outer?.admitsExecution() ?? true) && isAdmitted;
  }

  /** An execution made with the context itself has its record. */
  began(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#listener.began();
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

  /** @returns whether to keep the fact; a fact stated after the end, or without room, is only counted */
  admitsFact(): boolean {
    const isKept = this.#isOpen && this.#facts < MAX_FACTS;
    if (isKept) this.#facts += 1;
    else if (this.#isOpen) this.#omitted += 1;
    else this.#lateFacts += 1;
    const isWantedOutside = this.#outer?.admitsFact() ?? false;
    return isKept || isWantedOutside;
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
    this.#listener.ended();
  }
}
