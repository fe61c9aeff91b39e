import type { CircuitState } from './circuit-breaker-options.ts';

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
 * the newest is made. What a store throws is dropped after `onError` was told, because a store that fails must not fail calls.
 */
export interface CircuitStore {
  load(): CircuitSnapshot | undefined | PromiseLike<CircuitSnapshot | undefined>;
  save(snapshot: CircuitSnapshot): void | PromiseLike<void>;
  onError?(error: unknown): void;
}

/** Talks to a store so that it can neither fail nor reorder anything. */
export class StoreKeeper {
  readonly #store: CircuitStore;
  #next: CircuitSnapshot | undefined;
  #isSaving = false;

  constructor(store: CircuitStore) {
    this.#store = store;
  }

  /** Hands on what the store holds, at once when the store answers at once. */
  load(adopt: (snapshot: CircuitSnapshot) => void): void {
    const accept = (snapshot: unknown): void => {
      if (snapshot === undefined || snapshot === null) return;
      if (isSnapshot(snapshot)) adopt(snapshot);
      else this.#tell(new TypeError('CircuitBreaker: what the store holds is no snapshot of a circuit'));
    };
    try {
      const loading = this.#store.load();
      if (isPromiseLike(loading)) loading.then(accept).then(undefined, (error: unknown) => this.#tell(error));
      else accept(loading);
    } catch (error) {
      this.#tell(error);
    }
  }

  save(snapshot: CircuitSnapshot): void {
    this.#next = snapshot;
    if (!this.#isSaving) this.#saveNext();
  }

  #saveNext(): void {
    const snapshot = this.#next;
    if (snapshot === undefined) return;
    this.#next = undefined;
    try {
      const saving = this.#store.save(snapshot);
      if (!isPromiseLike(saving)) return;
      this.#isSaving = true;
      const saved = (): void => {
        this.#isSaving = false;
        this.#saveNext();
      };
      saving.then(saved, (error: unknown) => {
        this.#tell(error);
        saved();
      });
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    try {
      this.#store.onError?.(error);
    } catch {
      // Whoever reports failures has failed too: there is nobody left to tell.
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

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
