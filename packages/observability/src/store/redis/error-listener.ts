import { type Extras, extrasOf, type RedisClientLike } from './redis-client.ts';

/** What the stores of one client share. */
interface Guard {
  stores: number;
  /** Whether our listener was added; only read of clients that cannot count their listeners. */
  isAdded: boolean;
}

const guards = new WeakMap<Extras, Guard>();

/**
 * Keeps an injected client from ending the process, as an `error` event without a listener does.
 *
 * A client with a listener gets no other one. A client without a listener gets one for all stores that use it. Stores that are made per
 * request therefore leave nothing behind on a shared client.
 */
export class ErrorListener {
  readonly #client: Extras;
  readonly #guard: Guard;
  #isReleased = false;

  constructor(client: RedisClientLike) {
    this.#client = extrasOf(client);
    this.#guard = guards.get(this.#client) ?? { stores: 0, isAdded: false };
    guards.set(this.#client, this.#guard);
    this.#guard.stores += 1;
    this.ensure();
  }

  /** Adds the listener if the client has none; its owner may have removed theirs. */
  ensure(): void {
    const isHeard =
      this.#client.listenerCount === undefined ? this.#guard.isAdded : this.#client.listenerCount('error') > 0;
    if (isHeard || this.#isReleased) return;
    this.#client.on?.('error', ignore);
    this.#guard.isAdded = true;
  }

  /** Removes the listener when no other store uses the client. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#guard.stores -= 1;
    if (this.#guard.stores > 0) return;
    this.#client.off?.('error', ignore);
    this.#guard.isAdded = false;
  }
}

/** Operations that fail report the error to their callers. */
function ignore(): void {}
