import { randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { Redis as IoRedis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../../scripts/services/redis.ts';
import { redisCommand } from '../../../../../../../scripts/services/redis-command.ts';
import type { RedisClientLike } from '../../../../store/redis/redis-client.ts';
import type { CacheStore } from '../store.ts';
import { redisStore } from './redis-store.ts';

const PATIENT = { deadlineMs: 10_000, writeDeadlineMs: 10_000 };
const KEYS = ['a', 'b', 'c', 'absent'];

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

interface Opening {
  readonly client?: RedisClientLike;
  readonly url?: string;
  close(): unknown;
}

const WAYS: Readonly<Record<string, (url: string) => Promise<Opening>>> = {
  'its url': async (url) => ({ url, close: () => {} }),
  'node-redis': async (url) => {
    const client = await createClient({ url }).connect();
    return { client, close: () => client.destroy() };
  },
  ioredis: async (url) => {
    const client = new IoRedis(url);
    return { client, close: () => client.disconnect() };
  },
};

describe.skipIf(redis === undefined).each(Object.entries(WAYS))('reads of redisStore through %s', (_, open) => {
  const server = redis as RedisService;
  const command = (...words: string[]): Promise<unknown> => redisCommand(server.url, ...words);
  let prefix = '';

  beforeEach(async () => {
    prefix = `${randomUUID()}:`;
    for (const key of ['a', 'b', 'c']) await command('SET', prefix + key, `value é of ${key}`, 'PX', '60000');
  });

  async function withStore(work: (store: CacheStore) => Promise<void>): Promise<void> {
    const { close, ...way } = await open(server.url);
    const store = redisStore({ ...way, prefix, ...PATIENT });
    try {
      await store.get('warm-up'); // connects
      await command('CONFIG', 'RESETSTAT');
      await work(store);
    } finally {
      await store.close();
      await close();
    }
  }

  async function read(store: CacheStore, keys: readonly string[]): Promise<(string | undefined)[]> {
    return (await Promise.all(keys.map((key) => store.get(key)))).map((stored) => stored?.value);
  }

  async function callsOf(name: string): Promise<number> {
    const stats = String(await command('INFO', 'commandstats'));
    return Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  it('that are asked for in one turn are one command', async () => {
    await withStore(async (store) => {
      const values = await read(store, [...KEYS, 'a']);
      expect(values).toEqual(['value é of a', 'value é of b', 'value é of c', undefined, 'value é of a']);
      const bytes = await Promise.all(KEYS.map((key) => store.getBytes?.(key)));
      expect(bytes.map((stored) => stored && Buffer.from(stored.value).toString())).toEqual(values.slice(0, 4));
      expect([await callsOf('mget'), await callsOf('get')]).toEqual([2, 0]);
    });
  });

  it('F13 find nothing under a key that holds no string, and can replace what is there', async () => {
    await command('DEL', `${prefix}b`);
    await command('LPUSH', `${prefix}b`, 'x');
    await withStore(async (store) => {
      expect(await read(store, ['a', 'b'])).toEqual(['value é of a', undefined]);
      await store.set('b', 'ours', 60_000);
      expect(await read(store, ['a', 'b'])).toEqual(['value é of a', 'ours']);
    });
  });

  it('go on one by one where the server does not take the one command', async () => {
    await withStore(async (store) => {
      await command('ACL', 'SETUSER', 'default', '-mget');
      try {
        for (let time = 0; time < 2; time += 1) {
          const values = await read(store, KEYS);
          expect(values).toEqual(['value é of a', 'value é of b', 'value é of c', undefined]);
        }
        expect(store.isUsable).toBe(true);
      } finally {
        await command('ACL', 'SETUSER', 'default', '+mget');
      }
      expect(await callsOf('get')).toBe(8);
    });
  });
});
