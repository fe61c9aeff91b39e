import { type RedisCommands, type RedisReader, wholeMs } from '../../../../store/redis/redis-commands.ts';
import type { RedisConnection } from '../../../../store/redis/redis-connection.ts';
import { storeErrorReason } from '../../../../store/store-error-reason.ts';
import type { GuardableStore } from '../guard/guardable-store.ts';
import { type StoredValue, type StoreEntry, storedValue } from '../store.ts';

/** One atomic step; the parameters are the expected value, the new one, and its life in milliseconds. */
const REPLACE_IF =
  "if redis.call('GET',KEYS[1])~=ARGV[1] then return 0 end redis.call('SET',KEYS[1],ARGV[2],'PX',ARGV[3]) return 1";
const DELETE_IF = "if redis.call('GET',KEYS[1])~=ARGV[1] then return 0 end return redis.call('DEL',KEYS[1])";

/** Does what the others do, and replies 1. */
const TRY_ALL = "redis.call('SET',KEYS[1],'','PX',ARGV[1]) redis.call('GET',KEYS[1]) return redis.call('DEL',KEYS[1])";
const TRIAL_KEY = 'lease:v1:trial';
const TRIAL_TTL_MS = 1_000;

/** The keys of a server that begin with a prefix, as a store; it waits for its connection as long as that takes. */
export class RedisKeyspace implements GuardableStore {
  readonly isShared = true;
  readonly atomic: GuardableStore['atomic'];
  readonly entries: GuardableStore['entries'];
  readonly together: GuardableStore['together'];
  readonly #connection: RedisConnection;
  readonly #prefix: string;
  /** Whether the server takes a command for many keys, as far as is known. */
  #isReadTogether = true;

  constructor(connection: RedisConnection, prefix: string) {
    this.#connection = connection;
    this.#prefix = prefix;
    const { can } = connection;
    if (can.run) {
      this.atomic = {
        replaceIf: (key, expected, value, ttlMs) =>
          this.#decide(REPLACE_IF, key, [expected, value, String(wholeMs(ttlMs))]),
        deleteIf: (key, expected) => this.#decide(DELETE_IF, key, [expected]),
        areAllowed: () => this.#areAllowed(),
      };
    }
    if (can.readTogether) {
      this.together = {
        texts: (keys) => this.#readMany(keys, ({ texts }) => texts),
        bytes: (keys) => this.#readMany(keys, ({ bytes }) => bytes),
      };
    }
    if (can.scan) this.entries = this.#entries.bind(this);
  }

  prepare(): Promise<unknown> {
    return this.#connection.load();
  }

  async get(key: string): Promise<StoredValue | undefined> {
    const { texts } = await this.#connection.commands();
    return this.#read(texts, key);
  }

  async getBytes(key: string): Promise<StoredValue<Uint8Array> | undefined> {
    const { bytes } = await this.#connection.commands();
    return this.#read(bytes, key);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    const redis = await this.#connection.commands();
    await redis.set(this.#prefix + key, value, ttlMs);
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    const redis = await this.#connection.commands();
    return redis.setIfAbsent(this.#prefix + key, value, ttlMs);
  }

  async delete(key: string): Promise<void> {
    const redis = await this.#connection.commands();
    await redis.del(this.#prefix + key);
  }

  async ping(): Promise<void> {
    const redis = await this.#connection.commands();
    await redis.ping();
  }

  reset(): void {
    this.#connection.reset();
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  async #read<T>({ one, foreign }: RedisReader<T>, key: string): Promise<StoredValue<T> | undefined> {
    return storedValue(await unlessForeign(() => one(this.#prefix + key), foreign));
  }

  /** One by one for a single key, whose own command reports more, and always once the server has refused the other. */
  async #readMany<T>(
    keys: readonly string[],
    readerOf: (redis: RedisCommands) => RedisReader<T>,
  ): Promise<readonly (StoredValue<T> | undefined)[]> {
    const reader = readerOf(await this.#connection.commands());
    if (reader.many !== undefined && this.#isReadTogether && keys.length > 1) {
      try {
        return (await reader.many(keys.map((key) => this.#prefix + key))).map(storedValue);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.#isReadTogether = false;
      }
    }
    return Promise.all(keys.map((key) => this.#read(reader, key)));
  }

  async #decide(script: string, key: string, parameters: readonly string[]): Promise<boolean> {
    const redis = await this.#connection.commands();
    return (
      (await unlessForeign(
        async () => Number(await redis.run?.(script, [this.#prefix + key], parameters)) === 1,
        false,
      )) ?? false
    );
  }

  async #areAllowed(): Promise<boolean> {
    try {
      return await this.#decide(TRY_ALL, TRIAL_KEY, [String(TRIAL_TTL_MS)]);
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  /** A key that comes twice, as a scan may give it while the server makes room, is read once. */
  async *#entries(within: string): AsyncGenerator<StoreEntry> {
    const redis = await this.#connection.commands();
    const seen = new Set<string>();
    for await (const page of redis.scan?.(this.#prefix + within) ?? []) {
      const fresh = page.filter((key) => !seen.has(key));
      for (const key of fresh) seen.add(key);
      const read = fresh.map(async (key) => {
        const [value, ttlMs] = await Promise.all([
          unlessForeign(() => redis.texts.one(key), null),
          redis.lifeMs?.(key),
        ]);
        return { key: key.slice(this.#prefix.length), value, ttlMs: ttlMs ?? 0 };
      });
      for (const { key, value, ttlMs } of await Promise.all(read)) {
        if (value !== undefined && ttlMs > 0) yield { key, value, ttlMs }; // a value without an end is not ours
      }
    }
  }
}

/** Reads a key, or tells that it holds something that is no string. */
async function unlessForeign<T>(read: () => Promise<T | null | undefined>, foreign: T | null): Promise<T | undefined> {
  try {
    return (await read()) ?? undefined;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return foreign ?? undefined;
    throw error;
  }
}

/** Whether a server will never take a command: it forbids it, or has none, or is a node of a cluster and the keys are not all here. */
function isRefusal(error: unknown): boolean {
  return storeErrorReason(error) === 'noperm' || (error instanceof Error && error.message.startsWith('CROSSSLOT'));
}
