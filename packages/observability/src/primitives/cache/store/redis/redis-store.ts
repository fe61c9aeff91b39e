import {
  booleanOption,
  ignoreRejection,
  type OptionRules,
  option,
  readOptions,
  refusal,
} from 'tta-dev-primitives/internal';
import { type GuardOptions, STORE_RULES } from '../guard/guard-options.ts';
import { guardedStore } from '../guard/guarded-store.ts';
import type { CacheStore } from '../store.ts';
import type { RedisClientLike } from './redis-client.ts';
import { PROBE_KEY } from './redis-commands.ts';
import { InjectedConnection, OwnedConnection } from './redis-connection.ts';
import { RedisKeyspace } from './redis-keyspace.ts';

export interface RedisStoreOptions extends Omit<GuardOptions, 'tier'> {
  /** `redis[s]://[[user]:password@]host[:port][/database]`; needs the package `@redis/client`. Either this or `client`. */
  readonly url?: string | undefined;
  /**
   * A client that is opened and closed by its owner: `redis`, `ioredis`, `iovalkey`, single, Cluster or Sentinel. A client without
   * `eval`, or whose user may not run it, holds no leases. A Sentinel of `redis` with a pool wants `reserveClient: true`: without it (6.3) commands sent at once
   * take connections out of its pool and never give them back.
   */
  readonly client?: RedisClientLike | undefined;
  /** Stands before every key. @defaultValue '' */
  readonly prefix?: string | undefined;
  /** Whether the client is loaded and the server asked at once, so that no caller waits for either. @defaultValue false */
  readonly prepare?: boolean | undefined;
}

const RULES = {
  url: option(checkUrl),
  client: option(checkClient),
  prefix: option((owner, name, value) => {
    if (typeof value !== 'string') throw new TypeError(refusal(owner, name, value, 'a string'));
  }, ''),
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
  if ((url === undefined) === (client === undefined)) {
    throw new TypeError('redisStore: either url or client must be given, and not both');
  }
  const connection = client === undefined ? new OwnedConnection(url as string) : new InjectedConnection(client); // one of both is given
  const store = guardedStore(new RedisKeyspace(connection, prefix), guard);
  if (prepare) ignoreRejection(store.get(PROBE_KEY)); // a store that is not well is then left alone until it answers
  return store;
}

/** The URL may hold a password, so that it is named in no message. */
function checkUrl(owner: string, name: string, url: unknown): void {
  const allowed = 'a URL that begins with redis:// or rediss://';
  if (typeof url !== 'string') throw new TypeError(refusal(owner, name, url, allowed));
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (['redis:', 'rediss:'].includes(protocol)) return;
  throw new RangeError(`${owner}: ${name} must be ${allowed}, but it is not`);
}

function checkClient(owner: string, name: string, client: unknown): void {
  const members = client as Record<string, unknown> | null;
  if (typeof client === 'object' && ['get', 'set', 'del'].every((method) => typeof members?.[method] === 'function'))
    return;
  throw new TypeError(refusal(owner, name, client, 'a Redis client with get, set and del'));
}
