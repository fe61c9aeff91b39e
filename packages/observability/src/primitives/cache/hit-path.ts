import type { Accounting } from './accounting.ts';
import { isOrdinary, variantOf } from './control/cache-control.ts';
import { NotCachedError } from './control/not-cached-error.ts';
import type { Delivery } from './delivery.ts';
import type { EntryReader } from './entry/entry-reader.ts';
import type { Execution } from './execution.ts';
import type { FlightOutcome } from './flight/flight-outcome.ts';
import type { Boarding, Flights } from './flight/flights.ts';
import { outputOf } from './flight/waiter.ts';
import { freshnessNow } from './freshness/freshness.ts';
import type { StaleRules } from './freshness/stale-rules.ts';
import type { MissPath } from './miss-path.ts';
import type { Refresher } from './refresher.ts';
import type { KnownRequest } from './request/request-reader.ts';

export interface HitPathParts<I> {
  readonly entries: EntryReader;
  readonly flights: Flights<FlightOutcome>;
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
    const { operation, context, control } = execution;
    const isRefresh = control?.noCache === true;
    if (isRefresh && control.onlyIfCached === true) {
      accounting.conclude('bypass', execution);
      throw new NotCachedError(operation); // nothing fits who wants neither a stored answer nor another
    }
    const { flight, isStarter } = isRefresh
      ? refresher.join(request, execution)
      : this.#join(request, execution, isAbsent);
    const joined = flight.isDone ? 'hit' : 'coalesced'; // an answer not stored yet is a hit too
    const ownOutcome = isStarter ? (isRefresh ? 'bypass' : 'miss') : joined;
    return outputOf(flight, context, {
      open: (outcome) => {
        if (isStarter && !flight.hasSettled) flight.disown();
        return delivery.give(outcome, flight, flight.takesOver() ? 'miss' : ownOutcome, execution);
      },
      failed: () => {
        const hasLeft = context.isAborted || !flight.hasSettled; // who left before the answer has been spared nothing
        const isSpared = !hasLeft && control?.onlyIfCached !== true;
        accounting.conclude(isSpared || isStarter ? ownOutcome : 'miss', execution);
      },
    });
  }

  /** Callers share a flight when they ask the same in the same form, and of the cache the same too. */
  #join(request: KnownRequest, execution: Execution<I>, isAbsent: boolean): Boarding<FlightOutcome> {
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
