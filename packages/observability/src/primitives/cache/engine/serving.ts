import { isOrdinary, variantOf } from '../control/cache-control.ts';
import { NotCachedError } from '../control/not-cached-error.ts';
import type { Landing, StoredAnswer } from '../flight/landing.ts';
import { landing, waiting } from '../flight/passenger.ts';
import type { Flight, SingleFlight } from '../flight/single-flight.ts';
import type { Accounting } from './accounting.ts';
import type { Answering, Seen } from './answering.ts';
import type { Execution } from './execution.ts';
import type { FirstLooks } from './first-looks.ts';
import type { Refreshing } from './refreshing.ts';
import type { KnownRequest } from './requests.ts';
import type { Residents } from './residents.ts';
import type { SealedHits } from './sealed-hits.ts';
import type { Taking } from './taking.ts';

export interface ServingParts<I> {
  readonly flights: SingleFlight<Landing>;
  /** Undefined where the store holds nothing in this process. */
  readonly residents: Residents | undefined;
  readonly looks: FirstLooks;
  readonly sealed: SealedHits;
  readonly answering: Answering<I>;
  readonly refreshing: Refreshing<I>;
  readonly taking: Taking<I>;
  readonly accounting: Accounting<I>;
}

/**
 * Serves one execution whose request is known: at once with what is in memory, else after a look at the store, and else by a flight
 * that everybody boards who asks the same meanwhile.
 */
export class Serving<I> {
  readonly #parts: ServingParts<I>;

  constructor(parts: ServingParts<I>) {
    this.#parts = parts;
  }

  /**
   * Gives an output, or a promise of it. No async function: on the way of every hit each turn of the queue counts.
   *
   * @throws the error of the step, untouched; a `NotCachedError` if the step must not be asked; the reason of a caller who leaves
   */
  serve(request: KnownRequest, execution: Execution<I>): unknown {
    const { flights, residents, taking } = this.#parts;
    if (!isOrdinary(execution.control)) return this.#fly(request, execution);
    const resident = residents?.find(request, execution.context);
    if (resident !== undefined) return taking.takeStored(resident, execution);
    const canLook = request.tagKeys.length === 0 && !flights.has(request.flightKey);
    return canLook ? this.#look(request, execution) : this.#fly(request, execution);
  }

  /** The JSON of a fresh answer as it is stored, which then counts as a hit; undefined where `serve` has to be asked. */
  async serveBytes(request: KnownRequest, execution: Execution<I>): Promise<Uint8Array | undefined> {
    if (!isOrdinary(execution.control)) return undefined;
    const { sealed, taking } = this.#parts;
    return waiting(execution.context, sealed.find(request, execution)).then(
      (hit) => {
        if (hit !== undefined) taking.countStored(hit, execution);
        return hit?.body;
      },
      (reason: unknown) => this.#leave(reason, execution),
    );
  }

  #look(request: KnownRequest, execution: Execution<I>): Promise<unknown> {
    const { looks, answering, taking } = this.#parts;
    const look = looks.at(request, execution.note);
    return waiting(execution.context, look.found as Promise<StoredAnswer | undefined>).then(
      (stored) => {
        if (looks.isOutdated(look)) return this.#fly(request, execution);
        const isFresh = stored !== undefined && answering.isFresh(stored, execution);
        return isFresh ? taking.takeStored(stored, execution) : this.#fly(request, execution, { stored });
      },
      (reason: unknown) => this.#leave(reason, execution),
    );
  }

  /** Who leaves before an answer has been spared nothing. */
  #leave(reason: unknown, execution: Execution<I>): never {
    this.#parts.accounting.conclude('miss', execution);
    throw reason;
  }

  /** @param seen - what the store has just had, if that is known */
  #fly(request: KnownRequest, execution: Execution<I>, seen?: Seen): Promise<unknown> {
    const { refreshing, taking, accounting } = this.#parts;
    const { operation, context, control } = execution;
    const isRefresh = control?.noCache === true || control?.refresh === true;
    if (isRefresh && control.onlyIfCached === true) {
      accounting.conclude('bypass', execution);
      throw new NotCachedError(operation); // nothing fits who wants neither a stored answer nor another
    }
    const { flight, isStarter } = isRefresh
      ? refreshing.join(request, execution)
      : this.#join(request, execution, seen);
    const joined = flight.isDone ? 'hit' : 'coalesced'; // an answer not stored yet is a hit too
    const ownOutcome = isStarter ? (isRefresh ? 'bypass' : 'miss') : joined;
    return landing(flight, context, {
      open: (outcome) => taking.take(outcome, flight, ownOutcome, execution),
      failed: () => {
        const hasLeft = context.isAborted || !flight.hasLanded; // who left before the answer has been spared nothing
        const isSpared = !hasLeft && control?.onlyIfCached !== true;
        accounting.conclude(isSpared || isStarter ? ownOutcome : 'miss', execution);
      },
    });
  }

  /** Callers share a flight when they ask the same in the same form, and of the cache the same too. */
  #join(
    request: KnownRequest,
    execution: Execution<I>,
    seen: Seen | undefined,
  ): { readonly flight: Flight<Landing>; readonly isStarter: boolean } {
    const { flights, answering } = this.#parts;
    const { key, tagKeys, flightKey } = request;
    const { control } = execution;
    const answer = (flight: Flight<Landing>): Promise<Landing> => answering.answer(flight, request, execution, seen);
    const isExacting = control?.maxAgeMs !== undefined;
    return flights.join(
      control === undefined ? flightKey : flightKey + variantOf(control),
      [key.text, ...tagKeys],
      answer,
      isExacting,
    );
  }
}
