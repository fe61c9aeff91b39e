import { type Extras, extrasOf, isCluster, isIoRedis, type RedisClientLike } from './redis-client.ts';
import { canScan, scanKeys } from './scan-keys.ts';

/** The commands a store needs of Redis, in one shape for every client; a client may lack the optional ones. */
export interface RedisCommands {
  get(key: string): Promise<string | null>;
  /** Does not make a string of the value, where the client can do without. */
  getBytes(key: string): Promise<Uint8Array | null>;
  /** Values of several keys by one command, which gives nothing for one that is no string. In a cluster no command has all keys. */
  readonly together?: {
    texts(keys: readonly string[]): Promise<readonly (string | null)[]>;
    bytes(keys: readonly string[]): Promise<readonly (Uint8Array | null)[]>;
  };
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  /** @returns whether the value was set */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  del(key: string): Promise<unknown>;
  ping(): Promise<unknown>;
  /** Runs a script that replies 1 for yes on the server that has the key. */
  decide?(script: string, key: string, parameters: readonly string[]): Promise<boolean>;
  /** Every key that begins with a prefix, page by page, from every master; a key may come twice. */
  scan?(prefix: string): AsyncIterable<readonly string[]>;
  /** How much longer a key lives; below 0 if it does not exist, or lives for ever. */
  lifeMs?(key: string): Promise<number>;
}

/** A read, because that is what must work again: a server may answer a PING and no GET, and a Cluster client has no PING. */
const PROBE_KEY = 'v1:ping';

/** How the protocol marks a string, the key of a type mapping of node-redis. */
const BLOB_STRING = 36;

/** Speaks to an injected client, or to one that we opened. */
export function commandsOf(client: RedisClientLike): RedisCommands {
  const extras = extrasOf(client);
  const read = async (key: string): Promise<string | null> => asText(await client.get(key));
  const ttl = extras.pttl ?? extras.pTTL;
  const together = readsTogether(client);
  return {
    ...writesOf(client),
    get: read,
    getBytes: bytesReader(client),
    ...(together !== undefined && { together }),
    del: (key) => client.del(key),
    ping: () => read(PROBE_KEY),
    ...(typeof client.eval === 'function' && { decide: decider(client) }),
    ...(canScan(extras) &&
      typeof ttl === 'function' && {
        scan: (prefix: string) => scanKeys(client, prefix),
        lifeMs: async (key: string) => Number(await ttl.call(client, key)),
      }),
  };
}

function writesOf(client: RedisClientLike): Pick<RedisCommands, 'set' | 'setIfAbsent'> {
  if (isIoRedis(client)) {
    return {
      set: (key, value, ttlMs) => client.set(key, value, 'PX', wholeMs(ttlMs)),
      setIfAbsent: async (key, value, ttlMs) =>
        asText(await client.set(key, value, 'PX', wholeMs(ttlMs), 'NX')) === 'OK',
    };
  }
  return {
    set: (key, value, ttlMs) => client.set(key, value, { PX: wholeMs(ttlMs) }),
    setIfAbsent: async (key, value, ttlMs) =>
      asText(await client.set(key, value, { PX: wholeMs(ttlMs), NX: true })) === 'OK',
  };
}

function bytesReader(client: RedisClientLike): RedisCommands['getBytes'] {
  const extras = extrasOf(client);
  if (typeof extras.getBuffer === 'function') return async (key) => asBytes(await extras.getBuffer?.(key));
  const mapped = givingBytes(client);
  return async (key) => asBytes(await (mapped ?? client).get(key));
}

function givingBytes(client: RedisClientLike): ReturnType<NonNullable<Extras['withTypeMapping']>> | undefined {
  return isIoRedis(client) ? undefined : extrasOf(client).withTypeMapping?.({ [BLOB_STRING]: Buffer });
}

/** Undefined where a client has no such command, or speaks to a cluster. */
function readsTogether(client: RedisClientLike): RedisCommands['together'] | undefined {
  const extras = extrasOf(client);
  if (isCluster(extras)) return undefined;
  if (extras.mget !== undefined && extras.mgetBuffer !== undefined) {
    return {
      texts: async (keys) => ((await extras.mget?.(keys)) ?? []).map(asText),
      bytes: async (keys) => ((await extras.mgetBuffer?.(keys)) ?? []).map(asBytes),
    };
  }
  const mapped = givingBytes(client);
  if (extras.mGet === undefined || mapped?.mGet === undefined) return undefined;
  return {
    texts: async (keys) => ((await extras.mGet?.(keys)) ?? []).map(asText),
    bytes: async (keys) => ((await mapped.mGet?.(keys)) ?? []).map(asBytes),
  };
}

function decider(client: RedisClientLike): NonNullable<RedisCommands['decide']> {
  const run = (script: string, key: string, parameters: readonly string[]): Promise<unknown> | undefined =>
    isIoRedis(client)
      ? client.eval?.(script, 1, key, ...parameters)
      : client.eval?.(script, { keys: [key], arguments: [...parameters] });
  return async (script, key, parameters) => Number(await run(script, key, parameters)) === 1;
}

/** A client may be set to answer with bytes. */
function asText(reply: unknown): string | null {
  if (typeof reply === 'string') return reply;
  return reply instanceof Uint8Array ? Buffer.from(reply).toString() : null;
}

function asBytes(reply: unknown): Uint8Array | null {
  if (reply instanceof Uint8Array) return reply;
  return typeof reply === 'string' ? Buffer.from(reply) : null;
}

/** Redis takes whole milliseconds, and at least one. */
export function wholeMs(ttlMs: number): number {
  return Math.max(1, Math.round(ttlMs));
}
