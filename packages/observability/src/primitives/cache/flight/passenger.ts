import type { WorkflowContext } from 'tta-dev-primitives';
import { onDeadline, untilAborted } from 'tta-dev-primitives/internal';
import type { Flight, Waiter } from './single-flight.ts';

/** How a passenger makes its own output of the common outcome, and what is done before it is told a failure. */
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
export function landing<T, O>(flight: Flight<T>, context: WorkflowContext, arrival: Arrival<T, O>): Promise<O> {
  return new Promise((resolve, reject) => new Passenger(flight, context, arrival, resolve, reject));
}

/**
 * Waits for work that nobody has boarded, on behalf of one execution.
 *
 * @throws the error of the work; the context's abort reason, or a `TimeoutError` at the deadline of its own
 */
export function waiting<T>(context: WorkflowContext, work: Promise<T>): Promise<T> {
  if (!isUnattended(context)) return untilAborted(context, work);
  return new Promise((resolve, reject) => {
    const forgetDeadline = onDeadline(context, reject);
    untilAborted(context, work).then(resolve, reject).finally(forgetDeadline);
  });
}

/** Whether a context has a deadline at which nobody else ends its work. */
function isUnattended({ deadline, isDeadlineOwned }: WorkflowContext): boolean {
  return deadline !== Infinity && !isDeadlineOwned;
}

class Passenger<T, O> implements Waiter<T> {
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
    flight.whenLanded(this);
    if (flight.hasLanded) return;
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

  crashed(error: unknown): void {
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
