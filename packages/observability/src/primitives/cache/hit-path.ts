import type { WorkflowContext } from 'tta-dev-primitives';
import { onDeadline } from 'tta-dev-primitives/internal';
import type { Accounting } from './accounting.ts';
import { isOrdinary, variantOf } from './control/cache-control.ts';
import { NotCachedError } from './control/not-cached-error.ts';
import type { Delivery } from './delivery.ts';
import type { EntryReader } from './entry/entry-reader.ts';
import type { Execution, OwnOutcome } from './execution.ts';
import type { Boarding, Flights, FlightWaiter } from './flight/flight.ts';
import type { FlightOutcome } from './flight/flight-outcome.ts';
import { freshnessNow } from './freshness/freshness.ts';
import type { StaleRules } from './freshness/stale-rules.ts';
import type { MissPath } from './miss-path.ts';
import type { Refresher } from './refresher.ts';
import type { KnownRequest } from './request/request-reader.ts';

export interface HitPathParts<I> {
  readonly entries: EntryReader;
  readonly flights: Flights;
  readonly missPath: MissPath<I>;
  readonly refresher: Refresher<I>;
  readonly delivery: Delivery<I>;
  readonly accounting: Accounting<I>;
  readonly rules: StaleRules;
}

/**
 * Serves one execution whose request is known: at once with a fresh answer that is in this process, and else by a flight that everybody
 * boards who asks the same meanwhile.
 */
export class HitPath<I> {
  readonly #parts: HitPathParts<I>;

  constructor(parts: HitPathParts<I>) {
    this.#parts = parts;
  }

  /**
   * Gives an output, or a promise of it. No async function: on the way of every hit each turn of the queue counts.
   *
   * @throws the error of the step, untouched; a `NotCachedError` if the step must not be asked; the reason of a caller who leaves
   */
  serve(request: KnownRequest, execution: Execution<I>): unknown {
    const { entries, delivery, rules } = this.#parts;
    if (request.tagKeys.length > 0) return this.#board(request, execution, false);
    const found = entries.peek(request);
    if (found === undefined || found === 'absent') return this.#board(request, execution, found === 'absent');
    const isServed = isOrdinary(execution.control) && freshnessNow(found.envelope, execution, rules) === 'fresh';
    return isServed ? delivery.giveStored(found, execution) : this.#board(request, execution, false);
  }

  /** @param isAbsent - whether the store is known to have no answer */
  #board(request: KnownRequest, execution: Execution<I>, isAbsent: boolean): Promise<unknown> {
    const { refresher, delivery, accounting } = this.#parts;
    const { operation, control } = execution;
    const isRefresh = control?.noCache === true;
    if (isRefresh && control.onlyIfCached === true) {
      accounting.conclude('bypass', execution);
      throw new NotCachedError(operation); // nothing fits who wants neither a stored answer nor another
    }
    const { flight, isStarter } = isRefresh
      ? refresher.join(request, execution)
      : this.#join(request, execution, isAbsent);
    const joined = flight.isDone ? 'hit' : 'coalesced'; // an answer not stored yet is a hit too
    const ownOutcome: OwnOutcome = isStarter ? (isRefresh ? 'bypass' : 'miss') : joined;
    const boarded = { flight, isStarter, ownOutcome, execution, delivery, accounting };
    return new Promise((resolve, reject) => new Passenger(boarded, resolve, reject));
  }

  /** Callers share a flight when they ask the same in the same form, and of the cache the same too. */
  #join(request: KnownRequest, execution: Execution<I>, isAbsent: boolean): Boarding {
    const { flights, missPath } = this.#parts;
    const { key, tagKeys, flightKey } = request;
    const { control } = execution;
    return flights.join(
      control === undefined ? flightKey : flightKey + variantOf(control),
      [key.text, ...tagKeys],
      (flight) => missPath.answer(flight, request, execution, isAbsent),
      control?.maxAgeMs !== undefined,
    );
  }
}

interface Boarded<I> extends Boarding {
  readonly ownOutcome: OwnOutcome;
  readonly execution: Execution<I>;
  readonly delivery: Delivery<I>;
  readonly accounting: Accounting<I>;
}

/**
 * One execution aboard a flight. It is given its own output of the common outcome, or the error of the work, the same object for
 * everybody. It leaves when its own context is aborted or its own deadline has passed, with that reason, unless something stands by.
 */
class Passenger<I> implements FlightWaiter {
  before: FlightWaiter | undefined;
  after: FlightWaiter | undefined;
  readonly #boarded: Boarded<I>;
  readonly #resolve: (output: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #forgetDeadline: (() => void) | undefined;
  #forgetAbort: (() => void) | undefined;

  constructor(boarded: Boarded<I>, resolve: (output: unknown) => void, reject: (error: unknown) => void) {
    this.#boarded = boarded;
    this.#resolve = resolve;
    this.#reject = reject;
    const { flight, execution } = boarded;
    const { context } = execution;
    flight.whenSettled(this);
    if (flight.hasSettled) return;
    if (isUnattended(context)) this.#forgetDeadline = onDeadline(context, (expired) => this.#leave(expired));
    if (context.isAbortable) this.#forgetAbort = context.onAbort((reason) => this.#leave(reason));
  }

  landed(outcome: FlightOutcome): void {
    const { flight, isStarter, ownOutcome, execution, delivery } = this.#boarded;
    this.#stopWaiting();
    try {
      if (isStarter && !flight.hasSettled) flight.disown();
      this.#resolve(delivery.give(outcome, flight, flight.takesOver() ? 'miss' : ownOutcome, execution));
    } catch (error) {
      this.#fail(error);
    }
  }

  failed(error: unknown): void {
    this.#stopWaiting();
    this.#fail(error);
  }

  #leave(reason: unknown): void {
    const { flight } = this.#boarded;
    this.#stopWaiting();
    const rescue = flight.rescueFrom(reason);
    if (rescue === undefined) this.#fail(reason);
    else this.landed(rescue);
    flight.leave(reason);
  }

  #stopWaiting(): void {
    this.#boarded.flight.forget(this);
    this.#forgetAbort?.();
    this.#forgetDeadline?.();
  }

  #fail(error: unknown): void {
    const { flight, isStarter, ownOutcome, execution, accounting } = this.#boarded;
    const hasLeft = execution.context.isAborted || !flight.hasSettled; // who left before the answer has been spared nothing
    const isSpared = !hasLeft && execution.control?.onlyIfCached !== true;
    accounting.conclude(isSpared || isStarter ? ownOutcome : 'miss', execution);
    this.#reject(error);
  }
}

/** Whether a context has a deadline at which nobody else ends its work. */
function isUnattended({ deadline, isDeadlineOwned }: WorkflowContext): boolean {
  return deadline !== Infinity && !isDeadlineOwned;
}
