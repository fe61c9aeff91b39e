import { checkNoUnknown, type OptionNames, refusal } from 'tta-dev-primitives/internal';
import { checkGuardOptions, type GuardOptions, STORE_OPTIONS } from '../guard/guard-options.ts';
import { guardedStore } from '../guard/guarded-store.ts';
import type { CacheStore } from '../store.ts';
import type { RedisClientLike } from './redis-client.ts';
import { InjectedConnection, OwnedConnection } from './redis-connection.ts';
import { RedisKeyspace } from './redis-keyspace.ts';

export interface RedisStoreOptions extends Omit<GuardOptions, 'tier'> {
  /** `redis[s]://[[user]:password@]host[:port][/database]`; needs the package `@redis/client`. Either this or `client`. */
  readonly url?: string | undefined;
  /**
   * A client that is opened and closed by its owner: `redis`, `ioredis`, `iovalkey`, single, Cluster or Sentinel. A client without
   * `eval` cannot hold leases. A Sentinel of `redis` with a pool wants `reserveClient: true`: without it (6.3) commands sent at once
   * take connections out of its pool and never give them back.
   */
  readonly client?: RedisClientLike | undefined;
  /** Stands before every key. @defaultValue '' */
  readonly prefix?: string | undefined;
}

const OPTIONS: OptionNames<RedisStoreOptions> = { ...STORE_OPTIONS, url: true, client: true, prefix: true };

/**
 * Keeps values in Redis or Valkey, for every process that shares it.
 *
 * Nothing is connected before the first use, nothing keeps the process alive, and no operation waits longer than its deadline:
 * a server that is down, hung, slow, full or read-only costs one caller at most `deadlineMs`, and then nobody anything. Once it
 * is back it is used again within a second (five after it had refused our credentials).
 *
 * With a `url`, `@redis/client` begins to load when the store is made, and takes about a tenth of a second. Whoever asks before it is
 * there waits for it too, at most `writeDeadlineMs`. Make the store at start-up and ask it once before there are callers
 * (`await store.get('warm-up').catch(() => {})`), or give a `client`.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const store = tieredStore(memoryStore(), redisStore({ url: 'redis://localhost:6379', prefix: 'shop:' }));
 * ```
 */
export function redisStore(options: RedisStoreOptions): CacheStore {
  checkNoUnknown('redisStore', options, OPTIONS);
  const { url, client, prefix = '', ...guard } = options;
  if ((url === undefined) === (client === undefined)) {
    throw new TypeError('redisStore: either url or client must be given, and not both');
  }
  if (typeof prefix !== 'string') throw new TypeError(refusal('redisStore', 'prefix', prefix, 'a string'));
  checkGuardOptions('redisStore', guard);
  const connection =
    client === undefined ? new OwnedConnection(checkUrl(url)) : new InjectedConnection(checkClient(client));
  return guardedStore(new RedisKeyspace(connection, prefix), { ...guard, tier: 'far' });
}

/** The URL may hold a password, so that it is named in no message. */
function checkUrl(url: unknown): string {
  const allowed = 'a URL that begins with redis:// or rediss://';
  if (typeof url !== 'string') throw new TypeError(refusal('redisStore', 'url', url, allowed));
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (!['redis:', 'rediss:'].includes(protocol)) {
    throw new RangeError(`redisStore: url must be ${allowed}, but it is not`);
  }
  return url;
}

function checkClient(client: RedisClientLike): RedisClientLike {
  const methods = ['get', 'set', 'del'] as const;
  if (typeof client === 'object' && client !== null && methods.every((name) => typeof client[name] === 'function')) {
    return client;
  }
  throw new TypeError(refusal('redisStore', 'client', client, 'a Redis client with get, set and del'));
}
