import { createClient, createCluster, createSentinel } from '@redis/client';
import { Cluster as IoCluster, Redis as IoRedis } from 'ioredis';
import { Redis as Valkey, Cluster as ValkeyCluster } from 'iovalkey';
import { type OptionalMember, storeConformance } from 'tta-conformance';
import { afterAll, describe, expect, it } from 'vitest';
import { startRedis } from '../../../../../../../scripts/services/redis.ts';
import { startRedisCluster } from '../../../../../../../scripts/services/redis-cluster.ts';
import { startRedisSentinels } from '../../../../../../../scripts/services/redis-sentinel.ts';
import type { RedisClientLike } from '../../../../store/redis/redis-client.ts';
import { memoryStore } from '../memory-store.ts';
import type { CacheStore } from '../store.ts';
import { tieredStore } from '../tiered-store.ts';
import { redisStore } from './redis-store.ts';

const EVERYTHING: readonly OptionalMember[] = ['atomic', 'getMany', 'getBytes', 'entries'];

/** For machines that are busy with other things; the deadlines have their own tests. */
const PATIENT = { deadlineMs: 10_000, writeDeadlineMs: 10_000 };

const [redis, cluster, sentinels] = await Promise.all([startRedis(), startRedisCluster(), startRedisSentinels()]);
const closing: (() => unknown)[] = [];

afterAll(async () => {
  for (const close of closing) await close();
  await Promise.all([redis?.stop(), cluster?.stop(), sentinels?.stop()]);
});

/** What a client is to be opened with, by whoever uses it. */
type Opening = { readonly client: RedisClientLike; close(): unknown };

async function nodeRedis(): Promise<Opening> {
  const client = createClient({ url: redis?.url ?? '' });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.destroy() };
}

async function nodeRedisCluster(): Promise<Opening> {
  const client = createCluster({ rootNodes: (cluster?.masters ?? []).map(({ url }) => ({ url })) });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.destroy() };
}

async function nodeRedisSentinel(options: { readonly reserveClient?: boolean }): Promise<Opening> {
  const { name = '', sentinels: nodes = [] } = sentinels ?? {};
  const client = createSentinel({ name, sentinelRootNodes: [...nodes], ...options });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.destroy() };
}

const CLIENTS: Readonly<Record<string, () => Promise<Opening>>> = {
  'node-redis': nodeRedis,
  'a Cluster of node-redis': nodeRedisCluster,
  'a Sentinel of node-redis': () => nodeRedisSentinel({}),
  'a Sentinel of node-redis with a connection of its own': () => nodeRedisSentinel({ reserveClient: true }),
  ioredis: async () => opened(new IoRedis(redis?.url ?? '')),
  'a Cluster of ioredis': async () => opened(new IoCluster([...(cluster?.masters ?? [])].map(addressOf))),
  'a Sentinel of ioredis': async () =>
    opened(new IoRedis({ name: sentinels?.name ?? '', sentinels: [...(sentinels?.sentinels ?? [])] })),
  iovalkey: async () => opened(new Valkey(redis?.url ?? '')),
  'a Cluster of iovalkey': async () => opened(new ValkeyCluster([...(cluster?.masters ?? [])].map(addressOf))),
};

function opened(client: RedisClientLike & { disconnect(): void }): Opening {
  return { client, close: () => client.disconnect() };
}

function addressOf({ port }: { readonly port: number }): { host: string; port: number } {
  return { host: '127.0.0.1', port };
}

describe.skipIf(redis === undefined)('redisStore by its url', () => {
  const make = (): CacheStore => redisStore({ url: redis?.url, ...PATIENT });
  conforms({ make, makePeer: make });
});

describe.skipIf(redis === undefined)('redisStore as the far tier', () => {
  const make = (): CacheStore => tieredStore(memoryStore(), redisStore({ url: redis?.url, ...PATIENT }));
  conforms({ make, makePeer: make });
});

for (const [name, open] of Object.entries(CLIENTS)) {
  describe.skipIf(redis === undefined)(`redisStore through ${name}`, async () => {
    if (redis === undefined) return;
    const { client, close } = await open();
    closing.push(close);
    const make = (): CacheStore => redisStore({ client, prefix: 'shop*:', ...PATIENT });
    conforms({ make, makePeer: make });

    it('leaves the client open, with one error listener however many stores it has, and with its own when they are closed', async () => {
      const listeners = (): number => (client as unknown as NodeJS.EventEmitter).listenerCount('error');
      const before = listeners();
      const stores = Array.from({ length: 20 }, () => redisStore({ client, ...PATIENT }));
      expect(listeners()).toBe(1);
      for (const store of stores) await store.close();
      expect(listeners()).toBe(before);
      expect(await client.get('still open')).toBeNull();
    });
  });
}

describe.skipIf(redis === undefined).each([
  ['node-redis', async () => prefixedNodeRedis()],
  ['ioredis', async () => opened(new IoRedis(redis?.url ?? '', { keyPrefix: 'own?:' }))],
  [
    'a Cluster of ioredis',
    async () => opened(new IoCluster([...(cluster?.masters ?? [])].map(addressOf), { keyPrefix: 'own?:' })),
  ],
] as const)('redisStore through %s that puts a prefix of its own before keys', (_, open) => {
  it('lists the keys that it takes', async () => {
    const { client, close } = await open();
    const store = redisStore({ client, prefix: 'shop:', ...PATIENT });
    await store.set('v1:k', 'value', 60_000);
    const keys: string[] = [];
    for await (const { key, value } of store.entries?.('v1:') ?? []) keys.push(`${key}=${value}`);
    expect(keys).toEqual(['v1:k=value']);
    await store.delete('v1:k');
    await store.close();
    await close();
  });
});

async function prefixedNodeRedis(): Promise<Opening> {
  const client = createClient({ url: redis?.url ?? '', keyPrefix: 'own?:' });
  await client.connect();
  return { client, close: () => client.destroy() };
}

function conforms(stores: { make(): CacheStore; makePeer(): CacheStore }): void {
  for (const { title, run } of storeConformance({ ...stores, offers: EVERYTHING })) it.concurrent(title, run);
}
