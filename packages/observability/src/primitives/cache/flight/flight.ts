import { LazyController, type Linked, LinkedList } from 'tta-dev-primitives/internal';
import type { CacheSkipReason } from '../facts.ts';
import type { FlightOutcome } from './flight-outcome.ts';

/**
 * How far the work on behalf of everybody aboard has come:
 * - `looking`: the store is being asked. An invalidation outdates what it will say, so it is asked again.
 * - `asking`: the step is being asked; it ends when the last of those aboard has left.
 * - `landed`: every caller has the answer, and its stream still goes on.
 * - `storing`: the work has ended, and the answer is being stored if that is allowed.
 * - `closed`: no caller can join.
 */
export type FlightState = 'looking' | 'asking' | 'landed' | 'storing' | 'closed';

/** A waiter gets the outcome of a flight. */
export interface FlightWaiter extends Linked<FlightWaiter> {
  landed(outcome: FlightOutcome): void;
  failed(error: unknown): void;
}

/** One piece of work on behalf of everybody who asked for it while it ran. */
export class Flight implements Linked<Flight> {
  before: Flight | undefined;
  after: Flight | undefined;
  /** What others join it by. */
  readonly key: string;
  /** What its result will answer: the key of the request, and those of its tags. */
  readonly labels: readonly string[];
  /** Aborts when the last waiting caller leaves, with the reason of that caller. */
  readonly abortSource: LazyController = new LazyController();
  readonly #owner: Flights;
  #state: FlightState = 'looking';
  #isOutdated = false;
  #lookAgain: (() => void) | undefined;
  /** Whether the caller that started the work was served without it; the next caller then counts as the starter. */
  #isDisowned = false;
  #aboard = 0;
  /** Whether nothing is left that the last to leave could end. */
  #isDone = false;
  #isKept = false;
  #objection: CacheSkipReason | undefined;
  #closed: PromiseWithResolvers<void> | undefined;
  #rescue: ((reason: unknown) => FlightOutcome | undefined) | undefined;
  #hasSettled = false;
  /** Set only while callers can join: what outlives the flight must not keep its answer. */
  #settle: ((waiter: FlightWaiter) => void) | undefined;
  #waiters: LinkedList<FlightWaiter> | undefined;

  constructor(key: string, labels: readonly string[], owner: Flights) {
    this.key = key;
    this.labels = labels;
    this.#owner = owner;
  }

  get state(): FlightState {
    return this.#state;
  }

  get hasSettled(): boolean {
    return this.#hasSettled;
  }

  /** Whether the work is over, and only its result is still being stored. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Why its result must not be stored under its key; undefined if it can be. */
  get objection(): CacheSkipReason | undefined {
    return this.#objection;
  }

  /** Whether its result is being stored, or was. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Whether the entry that the last look found was invalidated after that look began. It must then not be served. */
  get isOutdated(): boolean {
    return this.#isOutdated && !this.#isDone;
  }

  /** Looks at the store; an outdated look begins again at once if a caller joined after it was outdated. */
  look<F>(find: () => Promise<F>): Promise<F> {
    const { promise, resolve, reject } = Promise.withResolvers<F>();
    let looks = 0;
    const look = (): void => {
      this.#isOutdated = false;
      looks += 1;
      const number = looks;
      find().then((found) => number === looks && resolve(found), reject);
    };
    this.#lookAgain = look;
    look();
    return promise;
  }

  /** What the store is being asked is outdated. @returns whether it will be asked again */
  outdate(): boolean {
    this.#isOutdated = true;
    return this.#state === 'looking';
  }

  /** The store has no answer, or none that may be served. */
  asks(): void {
    this.#lookAgain = undefined;
    if (this.#state === 'looking') this.#state = 'asking';
  }

  /** Who started the work is served without it. */
  disown(): void {
    this.#isDisowned = true;
  }

  /** Whether the caller is to count as who started the work; true once after that one was served without it. */
  takesOver(): boolean {
    const isFirst = this.#isDisowned && this.#hasSettled;
    if (isFirst) this.#isDisowned = false;
    return isFirst;
  }

  /** The work no longer matches its key: no caller can join, and only the callers that wait already get the result. */
  forbidKeeping(objection: CacheSkipReason): void {
    this.#objection ??= objection;
    this.close();
  }

  kept(): void {
    this.#isKept = true;
  }

  board(): void {
    this.#aboard += 1;
    if (this.isOutdated) this.#lookAgain?.();
  }

  /** The last to leave ends the work, unless it is done. */
  leave(reason: unknown): void {
    this.#aboard -= 1;
    if (this.#aboard > 0 || this.#isDone) return;
    this.done();
    this.close();
    this.abortSource.abort(reason);
  }

  /** Nothing is left that could be ended. */
  done(): void {
    this.#isDone = true;
    if (this.#state !== 'closed') this.#state = 'storing';
  }

  /** No caller can join from now on. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#settle = undefined;
    this.#lookAgain = undefined;
    this.#closed?.resolve();
    if (this.#hasSettled) this.#owner.ended(this);
  }

  /** Resolves when no caller can join any more. */
  whenClosed(): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    if (this.#state === 'closed') this.#closed.resolve();
    return this.#closed.promise;
  }

  /** Stands by for a caller that has to leave before the work has an outcome. Gets the reason, and can decline. */
  standBy(rescue: (reason: unknown) => FlightOutcome | undefined): void {
    this.#rescue = rescue;
  }

  rescueFrom(reason: unknown): FlightOutcome | undefined {
    return this.#rescue?.(reason);
  }

  /** Tells a waiter that has just joined when the work has an outcome, at once if it already has one. */
  whenSettled(waiter: FlightWaiter): void {
    if (this.#settle === undefined) (this.#waiters ??= new LinkedList()).add(waiter);
    else this.#settle(waiter);
  }

  /** Does not tell the waiter any more. */
  forget(waiter: FlightWaiter): void {
    this.#waiters?.delete(waiter);
  }

  land(outcome: FlightOutcome): void {
    if (this.#state !== 'closed' && this.#state !== 'storing') this.#state = 'landed';
    this.#settleWith((waiter) => waiter.landed(outcome));
  }

  fail(error: unknown): void {
    this.done();
    this.close();
    this.#settleWith((waiter) => waiter.failed(error));
  }

  /** All waiting callers are told at once. Each has opened a stream before the first can read from it. */
  #settleWith(settle: (waiter: FlightWaiter) => void): void {
    this.#hasSettled = true;
    this.#rescue = undefined;
    if (this.#state !== 'closed') this.#settle = settle;
    for (const waiter of this.#waiters ?? []) settle(waiter);
    this.#waiters = undefined;
    if (this.#state === 'closed') this.#owner.ended(this);
  }
}

export interface Boarding {
  readonly flight: Flight;
  readonly isStarter: boolean;
}

/** A power of two; a thousand flights at a time are about four in each list. */
const LISTS = 256;

/**
 * Flights whose result can still be stored or returned, including those that no caller can join. They are kept in fixed lists by the end of
 * their key, which is a digest: the table of a `Map` that flights come to and leave all the time would keep those that ended alive.
 */
export class Flights {
  readonly #lists: readonly LinkedList<Flight>[] = Array.from({ length: LISTS }, () => new LinkedList<Flight>());

  /**
   * The flight under that key, started if there is none; the caller is aboard.
   *
   * @param labels - what `invalidate` knows the flight by: first the key of its entry
   * @param work - lands the flight, or rejects with what the flight fails with
   * @param isExacting - whether the caller refuses the result of work that is over and only being stored
   */
  join(key: string, labels: readonly string[], work: (flight: Flight) => Promise<void>, isExacting = false): Boarding {
    const list = this.#listOf(labels);
    const present = list.findLast((flight) => flight.key === key && flight.state !== 'closed');
    if (present !== undefined && !(isExacting && present.isDone)) {
      present.board();
      return { flight: present, isStarter: false };
    }
    const flight = new Flight(key, labels, this);
    flight.board();
    list.add(flight);
    work(flight).catch((error: unknown) => flight.fail(error));
    return { flight, isStarter: true };
  }

  /** The flight has also ended for those aboard. */
  ended(flight: Flight): void {
    this.#listOf(flight.labels).delete(flight);
  }

  /** What is known under a label is no longer true: lookups are repeated, and no answer that is under way is stored or joined. */
  invalidate(label: string, objection: CacheSkipReason): void {
    for (const flight of this.#lists.flatMap((list) => [...list])) {
      const isLookedUpAgain = flight.labels[0] === label && flight.outdate();
      if (flight.labels.includes(label) && !isLookedUpAgain) flight.forbidKeeping(objection);
    }
  }

  #listOf([key = '']: readonly string[]): LinkedList<Flight> {
    const index = (key.charCodeAt(key.length - 2) * 31 + key.charCodeAt(key.length - 3)) & (LISTS - 1);
    return this.#lists[index] as LinkedList<Flight>; // there is one for each such number
  }
}
