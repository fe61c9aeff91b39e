import { delayBehindOwner, type WorkflowContext } from 'tta-dev-primitives';

/** What became of the result of a flight: it was put away under its key, it was not, or there was none. */
export type FlightEnd = 'kept' | 'unkept' | 'failed';

/** One piece of work on behalf of everybody who asked for it while it ran. */
export class Flight<T> {
  /** Made when it is first needed: a lookup that finds an answer ends without. */
  #lazyController: AbortController | undefined;
  readonly #removed: () => void;
  #aboard = 0;
  #isDone = false;
  #mayBeKept = true;
  #end: FlightEnd | undefined;
  #onClosed: ((end: FlightEnd) => void) | undefined;
  #settled: { readonly land: (waiter: Waiter<T>) => void } | undefined;
  #waiters = new Set<Waiter<T>>();

  constructor(removed: () => void) {
    this.#removed = removed;
  }

  /** Aborts when nobody waits for the work any more, with the reason of the last who left. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get #controller(): AbortController {
    this.#lazyController ??= new AbortController();
    return this.#lazyController;
  }

  get hasLanded(): boolean {
    return this.#settled !== undefined;
  }

  /** Whether the work is over, and only its result is still being put away. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether its result may be put away under its key. */
  get mayBeKept(): boolean {
    return this.#mayBeKept;
  }

  /** The work is no longer what its key says: nobody joins any more, and the result is for those aboard only. */
  forbidKeeping(): void {
    this.#mayBeKept = false;
    this.close();
  }

  board(): void {
    this.#aboard += 1;
  }

  /** The last to leave ends the work, unless it is done. */
  leave(reason: unknown): void {
    this.#aboard -= 1;
    if (this.#aboard > 0 || this.#isDone) return;
    this.done();
    this.close('failed');
    this.#controller.abort(reason);
  }

  /** Nothing is left that could be ended. */
  done(): void {
    this.#isDone = true;
  }

  /** Nobody joins any more; the first end that is told stands. */
  close(end: FlightEnd = 'unkept'): void {
    this.#removed();
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#onClosed?.(end);
  }

  /** Calls the listener once nobody joins any more, at once if that is so already. */
  whenClosed(listener: (end: FlightEnd) => void): void {
    if (this.#end === undefined) this.#onClosed = listener;
    else listener(this.#end);
  }

  /** Calls the waiter when the work has an outcome, at once if it already has one. */
  whenLanded(waiter: Waiter<T>): () => void {
    if (this.#settled === undefined) this.#waiters.add(waiter);
    else this.#settled.land(waiter);
    return () => this.#waiters.delete(waiter);
  }

  land(outcome: T): void {
    this.#settle((waiter) => waiter.landed(outcome));
  }

  crash(error: unknown): void {
    this.done();
    this.close('failed');
    this.#settle((waiter) => waiter.crashed(error));
  }

  /** Everybody who waits is told in one go, so that all have opened a stream before the first can read from it. */
  #settle(land: (waiter: Waiter<T>) => void): void {
    this.#settled = { land };
    for (const waiter of this.#waiters) land(waiter);
    this.#waiters.clear();
  }
}

interface Waiter<T> {
  landed(outcome: T): void;
  crashed(error: unknown): void;
}

/** Work under way, by key. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** The flight under that key, started if there is none; the caller is aboard. */
  join(
    key: string,
    work: (flight: Flight<T>) => Promise<T>,
  ): { readonly flight: Flight<T>; readonly isStarter: boolean } {
    const known = this.#flights.get(key);
    const flight = known ?? new Flight<T>(() => this.#remove(key, flight));
    flight.board();
    if (known !== undefined) return { flight, isStarter: false };
    this.#flights.set(key, flight);
    work(flight).then(
      (outcome) => flight.land(outcome),
      (error: unknown) => flight.crash(error),
    );
    return { flight, isStarter: true };
  }

  #remove(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

/**
 * Waits for a flight on behalf of one execution, which leaves when its own context is aborted or its own deadline has passed.
 *
 * @param open - makes the execution's own output of the common outcome
 * @throws the error of the work, the same object for everybody; the context's abort reason; a `TimeoutError` at the deadline
 */
export function landing<T, O>(flight: Flight<T>, context: WorkflowContext, open: (outcome: T) => O): Promise<O> {
  const { promise, resolve, reject } = Promise.withResolvers<O>();
  let stopWaiting = (): void => {};
  const leave = (reason: unknown): void => {
    stopWaiting();
    reject(reason);
    flight.leave(reason);
  };
  const forgetLanding = flight.whenLanded({
    landed(outcome) {
      stopWaiting();
      try {
        resolve(open(outcome));
      } catch (error) {
        reject(error);
      }
    },
    crashed(error) {
      stopWaiting();
      reject(error);
    },
  });
  if (flight.hasLanded) return promise;
  let turn: NodeJS.Immediate | undefined;
  const timer = context.clock.setTimer(() => {
    const expired = new DOMException('the deadline of the execution has passed', 'TimeoutError');
    turn = setImmediate(() => leave(expired)); // behind a lagging owner of the deadline, who gives a turn of mercy
  }, delayBehindOwner(context.remainingMs()));
  let forgetAbort = (): void => {};
  stopWaiting = () => {
    forgetLanding();
    forgetAbort();
    timer.cancel();
    clearImmediate(turn);
  };
  forgetAbort = context.onAbort(leave);
  return promise;
}
