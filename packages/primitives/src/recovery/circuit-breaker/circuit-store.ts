import type { Clock } from '../../clock.ts';
import { hearRejection, isThenable } from '../../rejection.ts';
import type { CircuitState } from './circuit-state.ts';

/** What outlives the process: enough to stay open after a restart. Instants are milliseconds since the Unix epoch. */
export interface CircuitSnapshot {
  readonly state: CircuitState;
  readonly openUntilEpochMs: number;
  readonly failureCount: number;
  readonly openings: number;
}

/**
 * Where a circuit's state is kept between processes.
 *
 * A promise is not waited for: calls go on meanwhile. Saves never overlap, and of several that come while one is under way only
 * the newest is made; one that hangs is waited for at most 10 seconds. What a store throws is dropped after `onError` was told, because a store that fails must not fail calls.
 */
export interface CircuitStore {
  load(): CircuitSnapshot | undefined | PromiseLike<CircuitSnapshot | undefined>;
  save(snapshot: CircuitSnapshot): void | PromiseLike<void>;
  onError?(error: unknown): void;
}

/** A save that takes longer than this is not waited for when there is a newer state to save. */
const LONGEST_SAVE_MS = 10_000;

/** Talks to a store in order, and handles its failures. */
export class StoreKeeper {
  readonly #store: CircuitStore;
  readonly #clock: Clock;
  #next: CircuitSnapshot | undefined;
  #saving: { readonly since: number } | undefined;

  constructor(store: CircuitStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Hands on what the store holds, at once when the store answers at once. */
  load(adopt: (snapshot: CircuitSnapshot) => void): void {
    const accept = (snapshot: unknown): void => {
      if (snapshot === undefined || snapshot === null) return;
      if (isSnapshot(snapshot)) adopt(snapshot);
      else this.#report(new TypeError('CircuitBreaker: what the store holds is no snapshot of a circuit'));
    };
    try {
      const loading = this.#store.load();
      if (isThenable(loading)) hearRejection(Promise.resolve(loading).then(accept), (error) => this.#report(error));
      else accept(loading);
    } catch (error) {
      this.#report(error);
    }
  }

  save(snapshot: CircuitSnapshot): void {
    this.#next = snapshot;
    const isWaitedFor = this.#saving !== undefined && this.#clock.now() - this.#saving.since < LONGEST_SAVE_MS;
    if (!isWaitedFor) this.#saveNext();
  }

  #saveNext(): void {
    const snapshot = this.#next;
    this.#next = undefined;
    this.#saving = undefined;
    if (snapshot === undefined) return;
    try {
      const saving = this.#store.save(snapshot);
      if (isThenable(saving)) this.#follow(saving);
    } catch (error) {
      this.#report(error);
    }
  }

  #follow(save: PromiseLike<void>): void {
    const saving = { since: this.#clock.now() };
    this.#saving = saving;
    const saved = (): void => {
      if (this.#saving === saving) this.#saveNext();
    };
    Promise.resolve(save).then(saved, (error: unknown) => {
      this.#report(error);
      saved();
    });
  }

  #report(error: unknown): void {
    try {
      hearRejection(this.#store.onError?.(error));
    } catch {
      // A listener that throws does not fail calls.
    }
  }
}

const STATES: ReadonlySet<unknown> = new Set<CircuitState>(['closed', 'open', 'half_open', 'isolated']);

/** A store may hold anything: another version's snapshot, or half of one. */
function isSnapshot(value: unknown): value is CircuitSnapshot {
  if (typeof value !== 'object' || value === null) return false;
  const { state, openUntilEpochMs, failureCount, openings } = value as Partial<CircuitSnapshot>;
  return STATES.has(state) && [openUntilEpochMs, failureCount, openings].every(Number.isFinite);
}
