import type { Clock } from 'tta-dev-primitives';
import type { Timer } from 'tta-dev-primitives/internal';
import type { LeaseStore } from '../flight/lease/lease.ts';
import { type GuardedStore, storedValue } from '../store/store.ts';

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

/** A server that several processes share, on a clock that a test moves. */
export class SharedServer {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  /** How many operations were asked, by name. */
  readonly asked: Record<string, number> = {};
  /** Comes before every operation; throw or wait here. */
  trouble: (operation: string) => void | Promise<void> = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.read(key) !== undefined);
  }

  read(key: string): string | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && this.#clock.now() < entry.expiresAt ? entry.value : undefined;
  }

  write(key: string, value: string, ttlMs: number): void {
    this.#entries.set(key, { value, expiresAt: this.#clock.now() + ttlMs });
  }

  remove(key: string): void {
    this.#entries.delete(key);
  }

  async ask<T>(operation: string, work: () => T | Promise<T>): Promise<T> {
    this.asked[operation] = (this.asked[operation] ?? 0) + 1;
    await this.trouble(operation);
    return work();
  }
}

/**
 * One process and its connection to a server, which does what was sent first before what was sent next, however long each has been
 * under way. A lost process does nothing any more, as after SIGKILL.
 */
export class FakeProcess {
  isLost = false;
  #sentLast: Promise<unknown> = Promise.resolve();
  readonly clock: Clock;
  readonly store: GuardedStore & LeaseStore & { readonly isShared: true };

  constructor(server: SharedServer, clock: Clock) {
    this.clock = {
      now: () => clock.now(),
      epochMs: () => clock.epochMs(),
      setTimer: (callback, delayMs): Timer => clock.setTimer(() => this.isLost || callback(), delayMs),
    };
    const ask = async <T>(operation: string, work: () => T): Promise<T> => {
      if (this.isLost) return new Promise(() => {});
      const sentBefore = this.#sentLast;
      const asking = server.ask(operation, () => sentBefore.then(work));
      this.#sentLast = asking.catch(() => {});
      const answer = await asking;
      return this.isLost ? new Promise(() => {}) : answer;
    };
    const matches = (key: string, expected: string): boolean => server.read(key) === expected;
    this.store = {
      isShared: true,
      get: (key) => ask('get', () => storedValue(server.read(key))),
      set: (key, value, ttlMs) => ask('set', () => server.write(key, value, ttlMs)),
      setIfAbsent: (key, value, ttlMs) =>
        ask('setIfAbsent', () => {
          if (server.read(key) !== undefined) return false;
          server.write(key, value, ttlMs);
          return true;
        }),
      delete: (key) => ask('delete', () => server.remove(key)),
      atomic: {
        replaceIf: (key, expected, value, ttlMs) =>
          ask('replaceIf', () => {
            if (!matches(key, expected)) return false;
            server.write(key, value, ttlMs);
            return true;
          }),
        deleteIf: (key, expected) =>
          ask('deleteIf', () => {
            if (!matches(key, expected)) return false;
            server.remove(key);
            return true;
          }),
      },
      getMany: (keys) => ask('getMany', () => keys.map((key) => storedValue(server.read(key)))),
      getBytes: async (key) => {
        const stored = await this.store.get(key);
        return stored && { value: Buffer.from(stored.value) };
      },
      close: async () => {},
    };
  }
}
