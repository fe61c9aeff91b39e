import { booleanOption, ignoreRejection, type OptionRules, readOptions } from 'tta-dev-primitives/internal';
import { PROBE_KEY } from '../../../../store/redis/redis-commands.ts';
import { connectionOf, REDIS_RULES, type RedisOptions } from '../../../../store/redis/redis-options.ts';
import { type GuardOptions, STORE_RULES } from '../guard/guard-options.ts';
import { guardedStore } from '../guard/guarded-store.ts';
import type { CacheStore } from '../store.ts';
import { RedisKeyspace } from './redis-keyspace.ts';

export interface RedisStoreOptions extends RedisOptions, Omit<GuardOptions, 'tier'> {
  /** Whether the client is loaded and the server asked at once, so that no caller waits for either. @defaultValue false */
  readonly prepare?: boolean | undefined;
}

const RULES = {
  ...REDIS_RULES,
  prepare: booleanOption(false),
  ...STORE_RULES,
} satisfies OptionRules<RedisStoreOptions>;

/**
 * Keeps values in Redis or Valkey, for every process that shares it.
 *
 * Nothing is connected before the first use, nothing keeps the process alive, and no operation waits longer than its deadline:
 * a server that is down, hung, slow, full or read-only costs one caller at most `deadlineMs`, and then nobody anything. Once it
 * is back it is used again within a second (five after it had refused our credentials).
 *
 * With a `url`, `@redis/client` begins to load when the store is made. The load takes about a tenth of a second, most of it in one go, during
 * which the process does nothing else. Whoever asks before it is there waits for it too, at most `writeDeadlineMs`, and then at most
 * `deadlineMs` for the server. Make the store at start-up, with `prepare: true`, before there are callers.
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
