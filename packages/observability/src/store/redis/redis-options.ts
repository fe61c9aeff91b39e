import { type OptionRulesOf, option, refusal } from 'tta-dev-primitives/internal';
import type { RedisClientLike } from './redis-client.ts';
import { InjectedConnection, OwnedConnection, type RedisConnection } from './redis-connection.ts';

/** Which server to use, and the prefix of its keys. */
export interface RedisOptions {
  /** `redis[s]://[[user]:password@]host[:port][/database]`; needs the package `@redis/client`. Either this or `client`. */
  readonly url?: string | undefined;
  /**
   * A client that you open and close yourself: `redis`, `ioredis`, `iovalkey`, single, Cluster or Sentinel. A client
   * without `eval`, or whose user may not run it, takes no leases and counts no limits. A Sentinel client of `redis`
   * with a pool needs `reserveClient: true`. Without it, concurrent commands take connections out of its pool and never
   * return them (6.3).
   */
  readonly client?: RedisClientLike | undefined;
  /** Added before every key. @defaultValue '' */
  readonly prefix?: string | undefined;
}

export const REDIS_RULES: OptionRulesOf<RedisOptions, 'prefix'> = {
  url: option(checkUrl),
  client: option(checkClient),
  prefix: option((owner, name, value) => {
    if (typeof value !== 'string') throw new TypeError(refusal(owner, name, value, 'a string'));
  }, ''),
};

/** The connection that checked options name. @throws TypeError unless either `url` or `client` is given */
export function connectionOf(owner: string, { url, client }: Pick<RedisOptions, 'url' | 'client'>): RedisConnection {
  if (url !== undefined && client === undefined) return new OwnedConnection(url);
  if (client !== undefined && url === undefined) return new InjectedConnection(client);
  throw new TypeError(`${owner}: set either url or client, not both`);
}

/** The URL may hold a password, so no message names it. */
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
