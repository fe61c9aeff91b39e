import { createClient, createCluster, createSentinel } from '@redis/client';
import { Cluster as IoCluster, Redis as IoRedis } from 'ioredis';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClusterNode,
  type RedisCluster,
  startRedisCluster,
} from '../../../../../../scripts/services/redis-cluster.ts';
import { eventually, redisCommand } from '../../../../../../scripts/services/redis-command.ts';
import { type RedisSentinels, startRedisSentinels } from '../../../../../../scripts/services/redis-sentinel.ts';
import type { RedisClientLike } from '../../../store/redis/redis-client.ts';
import { FaultScene, GENEROUS_MS, RECOVERY_MS, type WatchedCache } from '../__fixtures__/fault-scene.ts';

const [cluster, sentinels] = await Promise.all([startRedisCluster(), startRedisSentinels()]);

afterAll(() => Promise.all([cluster?.stop(), sentinels?.stop()]));

interface Opening {
  readonly client: RedisClientLike;
  end(): unknown;
}

let scene: FaultScene;

beforeEach(() => {
  scene = new FaultScene();
});

afterEach(async () => {
  expect(await scene.end()).toEqual([]);
});

describe.skipIf(cluster === undefined)('F16 a cluster', () => {
  const { masters, ownerOf, beginToMove, finishMoving } = cluster as RedisCluster;

  const CLIENTS: Readonly<Record<string, () => Promise<Opening>>> = {
    'node-redis': async () => {
      const client = createCluster({ rootNodes: masters.map(({ url }) => ({ url })) });
      await client.connect();
      return { client, end: () => client.destroy() };
    },
    ioredis: async () => {
      const client = new IoCluster(masters.map(({ port }) => ({ host: '127.0.0.1', port })));
      return { client, end: () => client.disconnect() };
    },
  };

  async function slotOf(key: string): Promise<number> {
    return Number(await redisCommand((masters[0] as ClusterNode).url, 'CLUSTER', 'KEYSLOT', key));
  }

  it.each(Object.entries(CLIENTS))(
    'goes on hitting through %s while a slot moves, and afterwards',
    async (name, open) => {
      const prefix = `moving with ${name}:`;
      const { client, end } = await open();
      const cache = scene.cacheOn(scene.open({ client, prefix, deadlineMs: 5_000 }));
      await cache.ask('moved');
      let key = '';
      await eventually('the answer is stored', async () => {
        const found = await Promise.all(masters.map(({ url }) => redisCommand(url, 'KEYS', `${prefix}v1:*`)));
        key = String(found.flat().at(0) ?? '');
        return key !== '';
      });
      const slot = await slotOf(key);
      const from = await ownerOf(slot);
      const to = masters.find((node) => node.id !== from.id) as ClusterNode;
      const isHit = async (): Promise<boolean> => {
        const { calls } = cache;
        expect((await cache.ask('moved')).answer).toBe('answer to moved');
        return cache.calls === calls;
      };
      await eventually('it is looked up', async () => (await cache.isStoring()) && (await isHit()));
      await beginToMove(slot, to);
      expect(await isHit()).toBe(true);
      await redisCommand(from.url, 'MIGRATE', '127.0.0.1', String(to.port), key, '0', '5000');
      await expect(redisCommand(from.url, 'GET', key)).rejects.toThrow(/^ASK /);
      expect(await isHit()).toBe(true);
      await finishMoving(slot, to);
      await expect(redisCommand(from.url, 'GET', key)).rejects.toThrow(/^MOVED /);
      expect(await isHit()).toBe(true);
      expect(scene.failedReads).toEqual([]);
      expect(scene.lines).toEqual([]);
      await scene.end();
      await end();
    },
  );

  it('is a store that fails to a client that knows of none, without the wait for refused credentials', async () => {
    const [node] = masters as [ClusterNode];
    const cache = scene.cacheOn(scene.open({ url: node.url, deadlineMs: GENEROUS_MS }));
    for (let turn = 0; turn < 30; turn += 1) {
      const { answer, addedMs } = await cache.ask(`elsewhere ${turn}`);
      expect(answer).toBe(`answer to elsewhere ${turn}`);
      expect(addedMs / cache.slowness).toBeLessThan(GENEROUS_MS);
    }
    expect(scene.failedReads.every((reason) => reason === 'other')).toBe(true);
    expect(scene.lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('does not answer with MOVED through a client of a single node', async () => {
    const [node] = masters as [ClusterNode];
    const client = createClient({ url: node.url });
    await client.connect();
    const cache = scene.cacheOn(scene.open({ client, deadlineMs: GENEROUS_MS }));
    for (let turn = 0; turn < 10; turn += 1) {
      expect((await cache.ask(`single ${turn}`)).answer).toBe(`answer to single ${turn}`);
    }
    await scene.end();
    client.destroy();
  });
});

describe.skipIf(sentinels === undefined)('F16 a master that dies under its sentinels', () => {
  const { name, sentinels: nodes, masterUrl, killMaster } = sentinels as RedisSentinels;

  const openAll = async (): Promise<Opening[]> => {
    const node = createSentinel({ name, sentinelRootNodes: [...nodes], reserveClient: true });
    await node.connect();
    const io = new IoRedis({ name, sentinels: [...nodes] });
    return [
      { client: node, end: () => node.destroy() },
      { client: io, end: () => io.disconnect() },
    ];
  };

  it('costs each request at most a deadline, and the next master is used, through node-redis and ioredis', async () => {
    const openings = await openAll();
    const caches: WatchedCache[] = [];
    for (const { client } of openings) caches.push(await scene.warmCache({ client }));
    const before = await masterUrl();
    await killMaster();
    for (let turn = 0; turn < 40; turn += 1) {
      for (const [index, cache] of caches.entries()) {
        const { answer, addedMs } = await cache.ask(`failover ${index} ${turn}`);
        expect(answer).toBe(`answer to failover ${index} ${turn}`);
        expect(addedMs / cache.slowness).toBeLessThan(GENEROUS_MS);
      }
    }
    const failed = scene.failedReads.length;
    expect(failed).toBeLessThanOrEqual(2 * caches.length + 4); // and not one for each of eighty requests
    await eventually('another master is chosen', async () => (await masterUrl()) !== before);
    for (const cache of caches) expect(await cache.untilStoring()).toBeLessThan(RECOVERY_MS);
    expect(scene.lines.length).toBeGreaterThan(0);
    await scene.end();
    for (const { end } of openings) await end();
  });
});
