import { booleanOption, ignoreRejection, type OptionRules, readOptions } from 'tta-dev-primitives/internal';
import { PROBE_KEY } from '../../../../store/redis/redis-commands.ts';
import { connectionOf, REDIS_RULES, type RedisOptions } from '../../../../store/redis/redis-options.ts';
import { type GuardOptions, STORE_RULES } from '../guard/guard-options.ts';
import { guardedStore } from '../guard/guarded-store.ts';
import type { CacheStore } from '../store.ts';
import { RedisKeyspace } from './redis-keyspace.ts';

export interface RedisStoreOptions extends RedisOptions, Omit<GuardOptions, 'tier'> {
  /** Loads the client and contacts the server at once. Callers then wait for neither. @defaultValue false */
  readonly prepare?: boolean | undefined;
}

const RULES = {
  ...REDIS_RULES,
  prepare: booleanOption(false),
  ...STORE_RULES,
} satisfies OptionRules<RedisStoreOptions>;

/**
 * Keeps values in Redis or Valkey, shared by all processes.
 *
 * The store connects on first use, never keeps the process alive, and never waits longer than the deadline of an
 * operation. A server that is down, hung, slow, full or read-only delays one caller by at most `deadlineMs`, and later
 * callers not at all. After the server recovers, the store uses it again within a second (five if it refused the
 * credentials).
 *
 * With a `url`, `@redis/client` starts to load when the store is created. The load takes about a tenth of a second,
 * most of it blocking the process. An earlier caller waits for it, at most `writeDeadlineMs`, and then at most
 * `deadlineMs` for the server. Create the store at start-up with `prepare: true`, before the first caller.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const store = tieredStore(memoryStore(), redisStore({ url: 'redis://localhost:6379', prefix: 'shop:' }));
 * ```
 */
export function redisStore(options: RedisStoreOptions): CacheStore {
  const { url, client, prefix, prepare, ...guard } = readOptions('redisStore', options, RULES);
  const connection = connectionOf('redisStore', { url, client });
  const store = guardedStore(new RedisKeyspace(connection, prefix), guard);
  if (prepare) ignoreRejection(store.get(PROBE_KEY)); // a store that is not well is then left alone until it answers
  return store;
}
