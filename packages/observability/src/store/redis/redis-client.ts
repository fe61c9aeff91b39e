/** A client of the `redis` or `@redis/client` package, single, Cluster or Sentinel. What is optional here, a store can do without. */
export interface NodeRedisLike {
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { readonly PX: number; readonly NX?: true }): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval?(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** A client of `ioredis` or `iovalkey`, single, Cluster or Sentinel; told from others by its `status`. */
export interface IoRedisLike {
  readonly status: string;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ttlMs: number): Promise<unknown>;
  set(key: string, value: string, px: 'PX', ttlMs: number, nx: 'NX'): Promise<unknown>;
  del(key: string): Promise<unknown>;
  eval?(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>;
}

export type RedisClientLike = NodeRedisLike | IoRedisLike;

/** One page of a scan, as the two families of clients give it. */
type Page = { readonly cursor: unknown; readonly keys: readonly unknown[] } | readonly [unknown, readonly unknown[]];

/** A node of a cluster, or a client that has one server only. */
interface Scannable {
  scan(cursor: string, ...options: unknown[]): Promise<Page>;
}

/**
 * What some clients have besides the commands that every store needs. Their own types differ too much to be written as one, so
 * each is looked for where it is used.
 */
export interface Extras {
  /** ioredis */
  getBuffer?(key: string): Promise<unknown>;
  mget?(keys: readonly string[]): Promise<readonly unknown[]>;
  mgetBuffer?(keys: readonly string[]): Promise<readonly unknown[]>;
  /** node-redis */
  withTypeMapping?(mapping: Readonly<Record<number, unknown>>): Pick<Extras, 'mGet'> & {
    get(key: string): Promise<unknown>;
  };
  mGet?(keys: readonly string[]): Promise<readonly unknown[]>;
  pttl?(key: string): Promise<unknown>;
  pTTL?(key: string): Promise<unknown>;
  scan?: Scannable['scan'];
  /** The masters of a node-redis Cluster, and how to reach one. */
  readonly masters?: readonly unknown[];
  nodeClient?(node: unknown): Promise<Scannable> | Scannable;
  /** The nodes of an ioredis Cluster. */
  nodes?(role: 'master'): readonly Scannable[];
  readonly options?: { readonly keyPrefix?: unknown };
  readonly _keyPrefix?: unknown;
  readonly _options?: { readonly keyPrefix?: unknown };
  listenerCount?(event: 'error'): number;
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  off?(event: 'error', listener: (error: unknown) => void): unknown;
}

export function isIoRedis(client: RedisClientLike): client is IoRedisLike {
  return 'status' in client;
}

/** Whether a client speaks to several servers, each with keys of its own. */
export function isCluster({ nodes, masters }: Extras): boolean {
  return typeof nodes === 'function' || masters !== undefined;
}

export function extrasOf(client: RedisClientLike): Extras {
  return client as Extras;
}
