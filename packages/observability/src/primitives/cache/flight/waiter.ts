import type { WorkflowContext } from 'tta-dev-primitives';
import { onDeadline } from 'tta-dev-primitives/internal';
import type { Flight, FlightWaiter } from './flight.ts';

/** How a waiter makes its own output of the common outcome, and what is done before it is told a failure. */
export interface Arrival<T, O> {
  open(outcome: T): O;
  failed?(error: unknown): void;
}

/**
 * Waits for a flight on behalf of one execution, which leaves when its own context is aborted or its own deadline has passed.
 *
 * @throws the error of the work, the same object for everybody; the context's abort reason, or a `TimeoutError` at the deadline,
 * unless something stands by for that
 */
export function outputOf<T, O>(flight: Flight<T>, context: WorkflowContext, arrival: Arrival<T, O>): Promise<O> {
  return new Promise((resolve, reject) => new Waiter(flight, context, arrival, resolve, reject));
}

/** Whether a context has a deadline at which nobody else ends its work. */
function isUnattended({ deadline, isDeadlineOwned }: WorkflowContext): boolean {
  return deadline !== Infinity && !isDeadlineOwned;
}

class Waiter<T, O> implements FlightWaiter<T> {
  readonly #flight: Flight<T>;
  readonly #arrival: Arrival<T, O>;
  readonly #resolve: (output: O) => void;
  readonly #reject: (error: unknown) => void;
  #forgetDeadline: (() => void) | undefined;
  #forgetAbort: (() => void) | undefined;

  constructor(
    flight: Flight<T>,
    context: WorkflowContext,
    arrival: Arrival<T, O>,
    resolve: (output: O) => void,
    reject: (error: unknown) => void,
  ) {
    this.#flight = flight;
    this.#arrival = arrival;
    this.#resolve = resolve;
    this.#reject = reject;
    flight.whenSettled(this);
    if (flight.hasSettled) return;
    if (isUnattended(context)) this.#forgetDeadline = onDeadline(context, (expired) => this.#leave(expired));
    if (context.isAbortable) this.#forgetAbort = context.onAbort((reason) => this.#leave(reason));
  }

  landed(outcome: T): void {
    this.#stopWaiting();
    try {
      this.#resolve(this.#arrival.open(outcome));
    } catch (error) {
      this.#fail(error);
    }
  }

  failed(error: unknown): void {
    this.#stopWaiting();
    this.#fail(error);
  }

  #leave(reason: unknown): void {
    this.#stopWaiting();
    const rescue = this.#flight.rescueFrom(reason);
    if (rescue === undefined) this.#fail(reason);
    else this.landed(rescue);
    this.#flight.leave(reason);
  }

  #stopWaiting(): void {
    this.#flight.forget(this);
    this.#forgetAbort?.();
    this.#forgetDeadline?.();
  }

  #fail(error: unknown): void {
    this.#arrival.failed?.(error);
    this.#reject(error);
  }
}
