import type { CacheSkipReason } from '../facts.ts';

/**
 * How far the work on behalf of everybody aboard has come:
 * - `looking`: the store is being asked. An invalidation outdates what it will say, so that it is asked again.
 * - `asking`: the step is being asked; it ends when the last of those aboard has left.
 * - `landed`: everybody has the answer, of which a stream still goes on.
 * - `storing`: nothing is left that could be ended; the answer is put away, if it may be.
 * - `closed`: nobody joins any more.
 */
export type FlightState = 'looking' | 'asking' | 'landed' | 'storing' | 'closed';

/** Who is told the outcome of a flight. */
export interface FlightWaiter<T> {
  landed(outcome: T): void;
  failed(error: unknown): void;
}

/** What is told when nobody joins a flight any more, and when it has also ended for those aboard. */
export interface FlightOwner<T> {
  closed(flight: Flight<T>): void;
  ended(flight: Flight<T>): void;
}

/** One piece of work on behalf of everybody who asked for it while it ran. */
export class Flight<T> {
  /** What others join it by. */
  readonly key: string;
  /** What its result will answer: the key of the request, and those of its tags. */
  readonly labels: readonly string[];
  readonly #owner: FlightOwner<T>;
  #state: FlightState = 'looking';
  #isOutdated = false;
  #lookAgain: (() => void) | undefined;
  /** Whether who started the work was served without it, so that the next counts as who did. */
  #isDisowned = false;
  #aboard = 0;
  /** Whether nothing is left that the last to leave could end. */
  #isDone = false;
  #isKept = false;
  #objection: CacheSkipReason | undefined;
  /** Made when it is first needed: a lookup that finds an answer ends without. */
  #controller: AbortController | undefined;
  #closed: PromiseWithResolvers<void> | undefined;
  #rescue: ((reason: unknown) => T | undefined) | undefined;
  #hasSettled = false;
  /** Only while somebody may still join: what outlives the flight must not keep its answer. */
  #settle: ((waiter: FlightWaiter<T>) => void) | undefined;
  #waiters: Set<FlightWaiter<T>> | undefined;

  constructor(key: string, labels: readonly string[], owner: FlightOwner<T>) {
    this.key = key;
    this.labels = labels;
    this.#owner = owner;
  }

  /** Aborts when nobody waits for the work any more, with the reason of the last who left. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get state(): FlightState {
    return this.#state;
  }

  get hasSettled(): boolean {
    return this.#hasSettled;
  }

  /** Whether the work is over, and only its result is still being put away. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Why its result must not be put away under its key; undefined if it may. */
  get objection(): CacheSkipReason | undefined {
    return this.#objection;
  }

  /** Whether its result is being put away, or was. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Whether what the last look has found was invalidated since it began, so that it must not be served. */
  get isOutdated(): boolean {
    return this.#isOutdated && !this.#isDone;
  }

  /** Looks at the store; a look that somebody has joined after it was outdated begins anew at once. */
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

  /** The work is no longer what its key says: nobody joins any more, and the result is for those aboard only. */
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
    this.#controller ??= new AbortController(); // a signal that is asked for later is aborted too
    this.#controller.abort(reason);
  }

  /** Nothing is left that could be ended. */
  done(): void {
    this.#isDone = true;
    if (this.#state !== 'closed') this.#state = 'storing';
  }

  /** Nobody joins any more. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#settle = undefined;
    this.#lookAgain = undefined;
    this.#owner.closed(this);
    this.#closed?.resolve();
    if (this.#hasSettled) this.#owner.ended(this);
  }

  /** Resolves when nobody joins any more. */
  whenClosed(): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    if (this.#state === 'closed') this.#closed.resolve();
    return this.#closed.promise;
  }

  /** Something stands by for whoever has to leave before the work has an outcome; it is given the reason and may decline. */
  standBy(rescue: (reason: unknown) => T | undefined): void {
    this.#rescue = rescue;
  }

  rescueFrom(reason: unknown): T | undefined {
    return this.#rescue?.(reason);
  }

  /** Tells the waiter when the work has an outcome, at once if it already has one; for whoever has just joined. */
  whenSettled(waiter: FlightWaiter<T>): void {
    if (this.#settle === undefined) (this.#waiters ??= new Set()).add(waiter);
    else this.#settle(waiter);
  }

  /** Does not tell the waiter any more. */
  forget(waiter: FlightWaiter<T>): void {
    this.#waiters?.delete(waiter);
  }

  land(outcome: T): void {
    if (this.#state !== 'closed' && this.#state !== 'storing') this.#state = 'landed';
    this.#settleWith((waiter) => waiter.landed(outcome));
  }

  fail(error: unknown): void {
    this.done();
    this.close();
    this.#settleWith((waiter) => waiter.failed(error));
  }

  /** Everybody who waits is told in one go, so that all have opened a stream before the first can read from it. */
  #settleWith(settle: (waiter: FlightWaiter<T>) => void): void {
    this.#hasSettled = true;
    this.#rescue = undefined;
    if (this.#state !== 'closed') this.#settle = settle;
    for (const waiter of this.#waiters ?? []) settle(waiter);
    this.#waiters = undefined;
    if (this.#state === 'closed') this.#owner.ended(this);
  }
}
