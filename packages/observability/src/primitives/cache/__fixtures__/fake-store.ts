import { type CacheStore, type StoredValue, storedValue } from '../store/store.ts';

/** A store in a map, with no time and no guard, that a test can make misbehave. */
export class FakeStore implements CacheStore {
  readonly held = new Map<string, string>();
  /** How many operations were asked, by name. */
  readonly asked = { get: 0, set: 0, delete: 0, ping: 0, reset: 0, close: 0 };
  /** Comes before every operation; throw or wait here. */
  trouble: (operation: 'get' | 'set' | 'delete' | 'ping') => void | Promise<void> = () => {};

  async get(key: string): Promise<StoredValue | undefined> {
    this.asked.get += 1;
    await this.trouble('get');
    return storedValue(this.held.get(key));
  }

  async set(key: string, value: string, _ttlMs: number): Promise<void> {
    this.asked.set += 1;
    await this.trouble('set');
    this.held.set(key, value);
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    if (this.held.has(key)) return false;
    await this.set(key, value, ttlMs);
    return true;
  }

  async delete(key: string): Promise<void> {
    this.asked.delete += 1;
    await this.trouble('delete');
    this.held.delete(key);
  }

  async ping(): Promise<void> {
    this.asked.ping += 1;
    await this.trouble('ping');
  }

  reset(): void {
    this.asked.reset += 1;
  }

  async close(): Promise<void> {
    this.asked.close += 1;
  }
}

/** What a hung server does. */
export const never = (): Promise<never> => new Promise(() => {});

/** An error as a Redis server replies it. */
export function reply(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}
