import { createClient } from '@redis/client';
import { Redis as IoRedis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../scripts/services/redis.ts';
import { redisCommand } from '../../../../../../scripts/services/redis-command.ts';
import { freePort } from '../../../../../../scripts/services/server-process.ts';
import { startTcpProxy, type TcpProxy } from '../../../../../../scripts/services/tcp-proxy.ts';
import type { RedisClientLike } from '../../../store/redis/redis-client.ts';
import { FaultScene, GENEROUS_MS, notUsable, RECOVERY_MS, USABLE_AGAIN } from '../__fixtures__/fault-scene.ts';
import { memoryStore } from '../store/memory-store.ts';
import { tieredStore } from '../store/tiered-store.ts';

/** As many requests as show that only one of them has paid. */
const REQUESTS = 20;

let scene: FaultScene;

beforeEach(() => {
  scene = new FaultScene();
});

afterEach(async () => {
  expect(await scene.end()).toEqual([]);
});

/** Asks one request after another. @returns the milliseconds that this would have added on a quiet machine */
async function askMany(cache: ReturnType<FaultScene['cacheOn']>, about: string): Promise<number> {
  let addedMs = 0;
  for (let turn = 0; turn < REQUESTS; turn += 1) {
    const asked = await cache.ask(`${about} ${turn}`);
    expect(asked.answer).toBe(`answer to ${about} ${turn}`);
    addedMs += asked.addedMs;
  }
  return addedMs / cache.slowness;
}

it('F01 without Redis, answers from memory, and says that it did', async () => {
  const cache = scene.cacheOn(undefined);
  expect((await cache.ask('a')).answer).toBe('answer to a');
  expect((await cache.ask('a')).answer).toBe('answer to a');
  expect(cache.calls).toBe(1);
  expect(scene.recording.factsOf('cache.tier')).toEqual(['near']);
  expect(scene.failedReads).toEqual([]);
});

it('F02 answers when nobody listens at the start, with one failed read', async () => {
  const cache = scene.cacheOn(scene.open({ url: `redis://127.0.0.1:${await freePort()}` }));
  expect(await askMany(cache, 'down')).toBeLessThan(GENEROUS_MS);
  expect(scene.failedReads).toEqual(['connect']);
  expect(scene.recording.factsOf('cache.breakerState')).toContain('open');
  expect(scene.lines).toEqual([notUsable('connect')]);
});

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('a server', () => {
  const server = redis as RedisService;

  it('F02 F03 is used again soon when it comes back, with one line for each change', async () => {
    const cache = await scene.warmCache({ url: server.url });
    await server.kill();
    expect(await askMany(cache, 'killed')).toBeLessThan(GENEROUS_MS);
    expect(scene.failedReads.length).toBeLessThanOrEqual(1);
    await server.restart();
    expect(await cache.untilStoring()).toBeLessThan(RECOVERY_MS);
    expect(await redisCommand(server.url, 'DBSIZE')).not.toBe(0);
    expect(scene.lines).toEqual([expect.stringMatching(/^warn: .*\((connect|closed)\)/), USABLE_AGAIN]);
  });

  it('F03 that dies in the middle of traffic fails no request', async () => {
    const cache = await scene.warmCache({ url: server.url });
    const requests = Array.from({ length: 200 }, (_, index) => cache.ask(`traffic ${index}`));
    await server.kill();
    const answers = await Promise.all(requests);
    expect(answers.map(({ answer }) => answer)).toEqual(answers.map((_, index) => `answer to traffic ${index}`));
    await server.restart();
    await cache.untilStoring();
  });

  it('F04 that hangs costs one deadline, and is used again when it goes on', async () => {
    const cache = await scene.warmCache({ url: server.url });
    await server.pause();
    try {
      const first = await cache.ask('hung');
      expect(first.answer).toBe('answer to hung');
      expect(first.addedMs).toBeGreaterThan(40);
      expect(await askMany(cache, 'hung')).toBeLessThan(GENEROUS_MS); // twenty deadlines would be a second more
      expect(scene.failedReads).toEqual(['timeout']);
      expect(scene.lines).toEqual([notUsable('timeout')]);
    } finally {
      await server.resume();
    }
    expect(await cache.untilStoring()).toBeLessThan(RECOVERY_MS);
    expect(scene.lines).toEqual([notUsable('timeout'), USABLE_AGAIN]);
  });

  it('F04 that hangs at the start costs one deadline', async () => {
    await server.pause();
    try {
      const cache = scene.cacheOn(scene.open({ url: server.url }));
      expect(await askMany(cache, 'early')).toBeLessThan(GENEROUS_MS);
      expect(scene.failedReads).toEqual(['timeout']);
    } finally {
      await server.resume();
    }
  });

  it('F03 F04 keeps near answers whatever happens to it', async () => {
    const cache = scene.cacheOn(tieredStore(memoryStore(), scene.open({ url: server.url, deadlineMs: 20_000 })));
    await cache.ask('near');
    await server.pause();
    try {
      const hung = await cache.ask('near');
      expect(hung.addedMs).toBeLessThan(10_000); // half the deadline
      expect(cache.calls).toBe(1);
    } finally {
      await server.resume();
    }
    await server.kill();
    await cache.ask('near');
    expect(cache.calls).toBe(1);
    expect(scene.failedReads).toEqual([]);
    await server.restart();
  });

  it('F05 that pauses is left alone meanwhile, and its late replies are dropped', async () => {
    const cache = await scene.warmCache({ url: server.url });
    await redisCommand(server.url, 'CLIENT', 'PAUSE', '400', 'ALL');
    expect(await askMany(cache, 'paused')).toBeLessThan(GENEROUS_MS);
    expect(scene.failedReads).toEqual(['timeout']);
    expect(await cache.untilStoring()).toBeLessThan(RECOVERY_MS);
    expect(scene.lines).toEqual([notUsable('timeout'), USABLE_AGAIN]);
  });

  it('F15 that loads its data is used once it has loaded them', async () => {
    const fill = "for i=1,20000 do redis.call('SET','filler:'..i,'x') end";
    await redisCommand(server.url, 'EVAL', fill, '0');
    await redisCommand(server.url, 'SAVE');
    await server.kill({ keepData: true });
    await server.restart('--key-load-delay', '100', '--loading-process-events-interval-bytes', '1024');
    const cache = scene.cacheOn(scene.open({ url: server.url, deadlineMs: 500 })); // it answers slowly meanwhile
    expect(await askMany(cache, 'loading')).toBeLessThan(GENEROUS_MS);
    expect(new Set(scene.failedReads)).toEqual(new Set(['loading']));
    expect(await cache.untilStoring()).toBeGreaterThan(100);
    expect(scene.lines).toEqual([notUsable('loading'), USABLE_AGAIN]);
    await server.kill();
    await server.restart();
  });

  const CLIENTS: Readonly<Record<string, (url: string) => Promise<{ client: RedisClientLike; end(): void }>>> = {
    'node-redis': async (url) => {
      const client = createClient({ url });
      await client.connect(); // and nobody listens to its errors
      return { client, end: () => client.destroy() };
    },
    ioredis: async (url) => {
      const client = new IoRedis(url);
      return { client, end: () => client.disconnect() };
    },
    iovalkey: async (url) => {
      const client = new Valkey(url);
      return { client, end: () => client.disconnect() };
    },
  };

  it.each(Object.entries(CLIENTS))(
    'F03 F04 F24 costs one deadline through %s too, which by itself would hang or end the process',
    async (_, open) => {
      const { client, end } = await open(server.url);
      const cache = await scene.warmCache({ client });
      await server.pause();
      expect(await askMany(cache, 'hung')).toBeLessThan(GENEROUS_MS);
      expect(scene.failedReads).toEqual(['timeout']);
      await server.resume();
      await cache.untilStoring();
      scene.forget();
      await server.kill();
      expect(await askMany(cache, 'killed')).toBeLessThan(GENEROUS_MS);
      expect(scene.failedReads.length).toBeLessThanOrEqual(1);
      await server.restart();
      await cache.untilStoring();
      expect(await scene.end()).toEqual([]);
      end();
    },
  );
});

describe.skipIf(redis === undefined)('a network before the server', () => {
  const server = redis as RedisService;
  let proxy: TcpProxy;

  beforeEach(async () => {
    proxy = await startTcpProxy(server.url);
  });

  afterEach(() => proxy.stop());

  it('F05 that is slower than the deadline costs one deadline, and is used again when it is faster', async () => {
    const cache = await scene.warmCache({ url: proxy.url });
    proxy.become({ kind: 'delay', ms: 150 });
    expect(await askMany(cache, 'slow')).toBeLessThan(GENEROUS_MS);
    expect(scene.failedReads).toEqual(['timeout']);
    proxy.become({ kind: 'pass' });
    await cache.untilStoring();
    expect(scene.lines).toEqual([notUsable('timeout'), USABLE_AGAIN]);
  });

  it('F05 that is slow, and not that slow, is waited for', async () => {
    const cache = await scene.warmCache({ url: proxy.url, deadlineMs: GENEROUS_MS });
    await cache.ask('known');
    await cache.untilStoring();
    proxy.become({ kind: 'delay', ms: 10 });
    const { calls } = cache;
    expect((await cache.ask('known')).addedMs).toBeGreaterThan(18);
    expect(cache.calls).toBe(calls);
    expect(scene.lines).toEqual([]);
  });

  it('F04 that forgot the connection without a word costs one deadline, and a new connection is opened', async () => {
    const cache = await scene.warmCache({ url: proxy.url });
    const before = proxy.connections;
    proxy.forgetConnections();
    expect(await askMany(cache, 'half-open')).toBeLessThan(GENEROUS_MS);
    expect(scene.failedReads).toEqual(['timeout']);
    expect(await cache.untilStoring()).toBeLessThan(RECOVERY_MS);
    expect(proxy.connections).toBeGreaterThan(before);
    expect(scene.lines).toEqual([notUsable('timeout'), USABLE_AGAIN]);
  });

  it('F04 that swallows everything from the start costs one deadline', async () => {
    proxy.become({ kind: 'black_hole' });
    const cache = scene.cacheOn(scene.open({ url: proxy.url }));
    expect(await askMany(cache, 'swallowed')).toBeLessThan(GENEROUS_MS);
    expect(scene.failedReads).toEqual(['timeout']);
    proxy.become({ kind: 'pass' });
    await cache.untilStoring();
  });

  it('F03 that cuts a reply in the middle gives the answer of the step, and never half of one', async () => {
    const cache = await scene.warmCache({ url: proxy.url, deadlineMs: GENEROUS_MS });
    const large = 'x'.repeat(200_000);
    await cache.ask(large);
    await cache.untilStoring();
    scene.forget();
    proxy.become({ kind: 'cut', afterBytes: 20_000 });
    const { calls } = cache;
    expect((await cache.ask(large)).answer).toBe(`answer to ${large}`);
    expect(cache.calls).toBe(calls + 1);
    expect(scene.failedReads).toEqual(['closed']);
    proxy.become({ kind: 'pass' });
    await cache.untilStoring();
    expect((await cache.ask(large)).answer).toBe(`answer to ${large}`);
  });
});
