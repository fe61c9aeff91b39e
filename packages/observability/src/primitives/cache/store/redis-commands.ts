/** The commands a store needs of Redis, in one shape for every client. */
export interface RedisCommands {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  /** @returns whether the value was set */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  del(key: string): Promise<unknown>;
  ping(): Promise<unknown>;
}

/** A client of the `redis` or `@redis/client` package, single, Cluster or Sentinel. */
export interface NodeRedisLike {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { readonly PX: number; readonly NX?: true }): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

/** A client of `ioredis` or `iovalkey`, single, Cluster or Sentinel; told from others by its `status`. */
export interface IoRedisLike {
  readonly status: string;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ttlMs: number): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ttlMs: number, nx: 'NX'): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

export type RedisClientLike = NodeRedisLike | IoRedisLike;

/** A key whose server may be asked for by any client, Cluster clients included, which have no `ping` without a node. */
const PROBE_KEY = 'v1:ping';

/** Speaks to an injected client, or to one that we opened. */
export function commandsOf(client: RedisClientLike): RedisCommands {
  const read = async (key: string): Promise<string | null> => asText(await client.get(key));
  const ping = (client as { ping?: () => Promise<unknown> }).ping;
  const common = {
    get: read,
    del: (key: string) => client.del(key),
    ping: () => (typeof ping === 'function' ? ping.call(client) : read(PROBE_KEY)),
  };
  if ('status' in client) {
    return {
      ...common,
      set: (key, value, ttlMs) => client.set(key, value, 'PX', wholeMs(ttlMs)),
      setIfAbsent: async (key, value, ttlMs) => (await client.set(key, value, 'PX', wholeMs(ttlMs), 'NX')) === 'OK',
    };
  }
  return {
    ...common,
    set: (key, value, ttlMs) => client.set(key, value, { PX: wholeMs(ttlMs) }),
    setIfAbsent: async (key, value, ttlMs) => (await client.set(key, value, { PX: wholeMs(ttlMs), NX: true })) === 'OK',
  };
}

/** A client may be set to answer with bytes. */
function asText(reply: unknown): string | null {
  if (typeof reply === 'string') return reply;
  return reply instanceof Uint8Array ? Buffer.from(reply).toString() : null;
}

/** Redis takes whole milliseconds, and at least one. */
function wholeMs(ttlMs: number): number {
  return Math.max(1, Math.round(ttlMs));
}
