import type { CacheSkipReason } from '../facts.ts';

/** One piece of work on behalf of everybody who asked for it while it ran. */
export class Flight<T> {
  /** Made when it is first needed: a lookup that finds an answer ends without. */
  #lazyController: AbortController | undefined;
  /** What its result will answer: the key of the request, and those of its tags. */
  readonly labels: readonly string[];
  /** What others join it by. */
  readonly key: string;
  readonly #owner: Owner<T>;
  #aboard = 0;
  #isDone = false;
  #isClosed = false;
  #isKept = false;
  #objection: CacheSkipReason | undefined;
  #closed: PromiseWithResolvers<void> | undefined;
  #rescue: ((reason: unknown) => T | undefined) | undefined;
  #hasLanded = false;
  /** Only while somebody may still join: the map of flights outlives them, and what it once held stays in memory for long. */
  #settled: { readonly land: (waiter: Waiter<T>) => void } | undefined;
  #waiters: Set<Waiter<T>> | undefined;
  /** Most flights have no other. */
  #firstWaiter: Waiter<T> | undefined;

  constructor(key: string, labels: readonly string[], owner: Owner<T>) {
    this.key = key;
    this.labels = labels;
    this.#owner = owner;
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
    return this.#hasLanded;
  }

  /** Whether the work is over, and only its result is still being put away. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Why its result must not be put away under its key; undefined if it may. */
  get objection(): CacheSkipReason | undefined {
    return this.#objection;
  }

  /** The work is no longer what its key says: nobody joins any more, and the result is for those aboard only. */
  forbidKeeping(objection: CacheSkipReason): void {
    this.#objection ??= objection;
    this.close();
  }

  /** Whether its result is being put away, or was. */
  get isKept(): boolean {
    return this.#isKept;
  }

  kept(): void {
    this.#isKept = true;
  }

  board(): void {
    this.#aboard += 1;
  }

  /** The last to leave ends the work, unless it is done. */
  leave(reason: unknown): void {
    this.#aboard -= 1;
    if (this.#aboard > 0 || this.#isDone) return;
    this.done();
    this.close();
    this.#owner.abandoned(this);
    this.#controller.abort(reason);
  }

  /** Nothing is left that could be ended. */
  done(): void {
    this.#isDone = true;
  }

  /** Nobody joins any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#settled = undefined;
    this.#owner.closed(this);
    this.#closed?.resolve();
  }

  /** Resolves when nobody joins any more. */
  whenClosed(): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    if (this.#isClosed) this.#closed.resolve();
    return this.#closed.promise;
  }

  /** Something stands by for whoever has to leave before the work has an outcome; it is given the reason and may decline. */
  standBy(rescue: (reason: unknown) => T | undefined): void {
    this.#rescue = rescue;
  }

  rescueFrom(reason: unknown): T | undefined {
    return this.#rescue?.(reason);
  }

  /** Calls the waiter when the work has an outcome, at once if it already has one; for whoever has just joined. */
  whenLanded(waiter: Waiter<T>): void {
    if (this.#settled !== undefined) this.#settled.land(waiter);
    else if (this.#firstWaiter === undefined && this.#waiters === undefined) this.#firstWaiter = waiter;
    else (this.#waiters ??= new Set()).add(waiter);
  }

  /** Does not call the waiter any more. */
  forget(waiter: Waiter<T>): void {
    if (this.#firstWaiter === waiter) this.#firstWaiter = undefined;
    else this.#waiters?.delete(waiter);
  }

  land(outcome: T): void {
    this.#settle((waiter) => waiter.landed(outcome));
  }

  crash(error: unknown): void {
    this.done();
    this.close();
    this.#settle((waiter) => waiter.crashed(error));
  }

  /** Everybody who waits is told in one go, so that all have opened a stream before the first can read from it. */
  #settle(land: (waiter: Waiter<T>) => void): void {
    this.#hasLanded = true;
    this.#rescue = undefined;
    if (!this.#isClosed) this.#settled = { land };
    const first = this.#firstWaiter;
    if (first !== undefined) land(first);
    for (const waiter of this.#waiters ?? []) land(waiter);
    this.#waiters = undefined;
  }
}

interface Owner<T> {
  /** Nobody joins it any more. */
  closed(flight: Flight<T>): void;
  /** Its work goes on, for all that is known, and nobody waits for it. */
  abandoned(flight: Flight<T>): void;
}

export interface Waiter<T> {
  landed(outcome: T): void;
  crashed(error: unknown): void;
}

/** Work under way, by key. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();
  /** Work that nobody can join any more and whose result may still be put away. */
  readonly #apart = new Set<Flight<T>>();
  readonly #owner: Owner<T> = {
    closed: (flight) => this.#remove(flight),
    abandoned: (flight) => {
      if (!flight.hasLanded) this.#apart.add(flight);
    },
  };

  /**
   * The flight under that key, started if there is none; the caller is aboard.
   *
   * @param labels - what `forbidKeeping` knows the flight by
   * @param isExacting - whether the caller does not take the result of work that is over, and only being put away
   */
  join(
    key: string,
    labels: readonly string[],
    work: (flight: Flight<T>) => Promise<T>,
    isExacting = false,
  ): { readonly flight: Flight<T>; readonly isStarter: boolean } {
    const present = this.#flights.get(key);
    const isOver = isExacting && present?.isDone === true;
    if (isOver) this.#apart.add(present);
    const known = isOver ? undefined : present;
    const flight = known ?? new Flight<T>(key, labels, this.#owner);
    flight.board();
    if (known !== undefined) return { flight, isStarter: false };
    this.#flights.set(key, flight);
    work(flight).then(
      (outcome) => {
        flight.land(outcome);
        this.#apart.delete(flight);
      },
      (error: unknown) => {
        flight.crash(error);
        this.#apart.delete(flight);
      },
    );
    return { flight, isStarter: true };
  }

  /** Whether there is a flight under that key to join. */
  has(key: string): boolean {
    return this.#flights.has(key);
  }

  /** Forbids all work with that label that has begun to put its result away, and anybody to join it. */
  forbidKeeping(label: string, objection: CacheSkipReason): void {
    for (const flight of [...this.#flights.values(), ...this.#apart]) {
      if (flight.labels.includes(label)) flight.forbidKeeping(objection);
    }
  }

  #remove(flight: Flight<T>): void {
    this.#apart.delete(flight);
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key);
  }
}
