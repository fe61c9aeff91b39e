import { type Extras, extrasOf, isCluster, isIoRedis, type RedisClientLike } from './redis-client.ts';
import { canScan, scanKeys } from './scan-keys.ts';

/** How values are read in one form; a key that holds no string reads as `foreign`. */
export interface RedisReader<T> {
  readonly foreign: T;
  one(key: string): Promise<T | null>;
  /** By one command, which gives nothing for a key that holds no string. In a cluster no command has all keys. */
  readonly many?: ((keys: readonly string[]) => Promise<readonly (T | null)[]>) | undefined;
}

/** The commands a store needs of Redis, in one shape for every client; a client may lack the optional ones. */
export interface RedisCommands {
  readonly texts: RedisReader<string>;
  /** Makes no strings of values, where the client can do without. */
  readonly bytes: RedisReader<Uint8Array>;
  set(key: string, value: string, ttlMs: number): Promise<unknown>;
  /** @returns whether the value was set */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  del(key: string): Promise<unknown>;
  ping(): Promise<unknown>;
  /** Runs a script on the server that has the keys, and gives its reply. */
  run?(script: string, keys: readonly string[], parameters: readonly string[]): Promise<unknown>;
  /** Every key that begins with a prefix, page by page, from every master; a key may come twice. */
  scan?(prefix: string): AsyncIterable<readonly string[]>;
  /** How much longer a key lives; negative if it does not exist or has no end. */
  lifeMs?(key: string): Promise<number>;
}

/** A read, because that is what must work again: a server may answer a PING and no GET, and a Cluster client has no PING. */
export const PROBE_KEY = 'v1:ping';

/** How the protocol marks a string, the key of a type mapping of node-redis. */
const BLOB_STRING = 36;

/** Speaks to an injected client, or to one that we opened. */
export function commandsOf(client: RedisClientLike): RedisCommands {
  const extras = extrasOf(client);
  const ttl = extras.pttl ?? extras.pTTL;
  return {
    ...writesOf(client),
    ...readersOf(client),
    del: (key) => client.del(key),
    ping: () => client.get(PROBE_KEY),
    ...(typeof client.eval === 'function' && { run: runner(client) }),
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

/** A value that is not a string reads as '', which is not an envelope; its reader deletes it. */
function readersOf(client: RedisClientLike): Pick<RedisCommands, 'texts' | 'bytes'> {
  const extras = extrasOf(client);
  const mapped = isIoRedis(client) ? undefined : extras.withTypeMapping?.({ [BLOB_STRING]: Buffer });
  const readBytes = (key: string): Promise<unknown> => extras.getBuffer?.(key) ?? (mapped ?? client).get(key);
  const { texts, bytes } = manyOf(extras, mapped);
  return {
    texts: {
      foreign: '',
      one: async (key) => asText(await client.get(key)),
      many: texts && (async (keys) => (await texts(keys)).map(asText)),
    },
    bytes: {
      foreign: new Uint8Array(),
      one: async (key) => asBytes(await readBytes(key)),
      many: bytes && (async (keys) => (await bytes(keys)).map(asBytes)),
    },
  };
}

type ReadMany = (keys: readonly string[]) => Promise<readonly unknown[]>;

/** Nothing where a client has no such commands, or speaks to a cluster. */
function manyOf(
  extras: Extras,
  mapped: Pick<Extras, 'mGet'> | undefined,
): { readonly texts?: ReadMany; readonly bytes?: ReadMany } {
  if (isCluster(extras)) return {};
  const { mget, mgetBuffer, mGet } = extras;
  if (mget && mgetBuffer) return { texts: mget.bind(extras), bytes: mgetBuffer.bind(extras) };
  return mGet && mapped?.mGet ? { texts: mGet.bind(extras), bytes: mapped.mGet.bind(mapped) } : {};
}

function runner(client: RedisClientLike): NonNullable<RedisCommands['run']> {
  return async (script, keys, parameters) =>
    isIoRedis(client)
      ? client.eval?.(script, keys.length, ...keys, ...parameters)
      : client.eval?.(script, { keys: [...keys], arguments: [...parameters] });
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
