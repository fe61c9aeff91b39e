import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { storeConformance } from 'tta-conformance';
import { type ManualClock, manualClock } from 'tta-dev-primitives/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../../scripts/services/redis.ts';
import { freePort } from '../../../../../../../scripts/services/server-process.ts';
import { CachePrimitive } from '../../cache-primitive.ts';
import { guardedStore } from '../guard/guarded-store.ts';
import { memoryStore } from '../memory-store.ts';
import type { CacheStore } from '../store.ts';
import { tieredStore } from '../tiered-store.ts';
import { type RedisStoreOptions, redisStore } from './redis-store.ts';

/** A deadline that a busy machine keeps too. */
const PATIENT_MS = 60_000;

/** The deadline of a store on a clock that stands still: only a test that moves the clock reaches it. */
const DEADLINE_MS = 50;

const HOUR_MS = 3_600_000;

const redis = await startRedis({ mustBeOurs: true });

afterAll(() => redis?.stop());

async function admin(url: string, ...command: string[]): Promise<unknown> {
  const client = createClient({ url });
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

/** Waits for something to become true. */
async function eventually(check: () => Promise<boolean>): Promise<void> {
  await expect.poll(check, { interval: 25 }).toBe(true);
}

describe.skipIf(redis === undefined)('redisStore with a server', () => {
  const server = redis as RedisService;
  const escaped: unknown[] = [];
  const escapes = (error: unknown): void => void escaped.push(error);
  const opened: CacheStore[] = [];
  let lines: string[] = [];

  function open(options: Partial<RedisStoreOptions> = {}): CacheStore {
    const log = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
    const logger = { info: log('info'), warn: log('warn'), error: log('error') };
    const store = redisStore({ ...(options.client === undefined && { url: server.url }), logger, ...options });
    opened.push(store);
    return store;
  }

  beforeAll(() => {
    process.on('uncaughtException', escapes).on('unhandledRejection', escapes);
  });

  afterAll(() => {
    process.off('uncaughtException', escapes).off('unhandledRejection', escapes);
  });

  beforeEach(() => {
    lines = [];
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await sleep(0);
    expect(escaped.splice(0)).toEqual([]);
  });

  describe('is a store', () => {
    for (const { title, run } of storeConformance({ make: () => patient() })) it(title, run);

    it('as the far tier of another', async () => {
      for (const { run } of storeConformance({ make: () => tieredStore(memoryStore(), patient()) })) await run();
    });

    it('through a client of its user', async () => {
      const client = createClient({ url: server.url });
      await client.connect();
      try {
        for (const { run } of storeConformance({ make: () => redisStore({ client, deadlineMs: PATIENT_MS }) }))
          await run();
        expect(await client.ping()).toBe('PONG');
      } finally {
        client.destroy();
      }
    });

    const patient = (): CacheStore =>
      redisStore({ url: server.url, deadlineMs: PATIENT_MS, writeDeadlineMs: PATIENT_MS });
  });

  it('puts its prefix before every key, and a life on every value', async () => {
    const store = open({ prefix: 'shop:', deadlineMs: PATIENT_MS });
    await store.set('v1:k', 'value', 60_000);
    expect(await admin(server.url, 'GET', 'shop:v1:k')).toBe('value');
    expect(await admin(server.url, 'PTTL', 'shop:v1:k')).toBeGreaterThan(50_000);
  });

  it('opens nothing before it is used, and nothing again once it is closed', async () => {
    let connections = 0;
    const listener = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    const store = open({ url: `redis://127.0.0.1:${port}` });
    await sleep(50);
    expect(connections).toBe(0);
    await store.get('k').catch(() => {});
    expect(connections).toBeGreaterThan(0);
    await store.close();
    const before = connections;
    await store.get('k').catch(() => {});
    await sleep(300);
    expect(connections).toBe(before);
    listener.close();
  });

  describe('behind a cache', () => {
    let calls = 0;
    const answers = (store: CacheStore) =>
      new CachePrimitive(
        async (input: string) => {
          calls += 1;
          await sleep(5);
          return `answer to ${input}`;
        },
        { store, operation: 'faults' },
      );

    beforeEach(() => {
      calls = 0;
    });

    const isStored = (cache: ReturnType<typeof answers>) => async (): Promise<boolean> => {
      const question = `probe ${Math.random()}`;
      await cache.execute(question);
      await sleep(50);
      const { hits } = cache.getStats();
      await cache.execute(question);
      return cache.getStats().hits > hits;
    };

    it('is shared by two caches, as two processes would', async () => {
      await answers(open({ deadlineMs: PATIENT_MS })).execute('shared');
      await eventually(async () => (await admin(server.url, 'DBSIZE')) !== 0);
      const other = answers(open({ deadlineMs: PATIENT_MS }));
      expect(await other.execute('shared')).toBe('answer to shared');
      expect(other.getStats()).toMatchObject({ hits: 1, misses: 0 });
    });

    /** Waits until the store is used again; its clock goes on meanwhile, more slowly than the server answers. */
    const untilStored = (cache: ReturnType<typeof answers>, clock: ManualClock): Promise<void> =>
      eventually(async () => {
        await clock.advance(DEADLINE_MS / 2);
        return isStored(cache)();
      });

    it('F04 F23 costs one deadline when the server hangs, then nothing, and one line; and is used again when it goes on', async () => {
      const clock = manualClock();
      const cache = answers(open({ clock, deadlineMs: DEADLINE_MS }));
      await eventually(isStored(cache));
      lines = [];
      await server.pause();
      try {
        const hung = Promise.all(Array.from({ length: 1_000 }, (_, index) => cache.execute(`hung ${index}`)));
        await clock.advance(DEADLINE_MS);
        expect((await hung)[999]).toBe('answer to hung 999');
        expect(await cache.execute('next')).toBe('answer to next');
        const refused = expect(cache.invalidate('next')).rejects.toMatchObject({ reason: 'timeout' });
        await clock.advance(1_500);
        await refused;
        expect(lines).toEqual(['warn: cache store: not usable (timeout); it is left alone until it answers']);
      } finally {
        await server.resume();
      }
      await untilStored(cache, clock);
      expect(lines[1]).toBe('info: cache store: usable again');
    });

    it('F03 costs nothing when the server dies, and is used again when it is back', async () => {
      const clock = manualClock();
      const cache = answers(open({ clock, deadlineMs: DEADLINE_MS }));
      await eventually(isStored(cache));
      await server.kill();
      for (let turn = 0; turn < 5; turn += 1) {
        expect(await cache.execute(`dead ${turn}`)).toBe(`answer to dead ${turn}`);
      }
      await server.restart();
      await untilStored(cache, clock);
    });

    it('F02 may be down at the start, and is used when it comes', async () => {
      await server.kill();
      const clock = manualClock();
      const cache = answers(open({ clock, deadlineMs: DEADLINE_MS }));
      expect(await cache.execute('early')).toBe('answer to early');
      await server.restart();
      await untilStored(cache, clock);
    });

    it('keeps near answers whatever happens to the server', async () => {
      const cache = answers(tieredStore(memoryStore(), open({ clock: manualClock(), deadlineMs: DEADLINE_MS })));
      await cache.execute('near');
      await server.pause();
      try {
        expect(await cache.execute('near')).toBe('answer to near');
        expect(calls).toBe(1);
      } finally {
        await server.resume();
      }
    });

    it.each([
      ['F06 is a replica', 'readonly', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
      ['F07 is out of memory', 'oom', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
      ['F09 forbids writing', 'noperm', ['ACL', 'SETUSER', 'default', '-set'], ['ACL', 'SETUSER', 'default', '+set']],
    ])('goes on reading when the server %s', async (_, reason, cause, heal) => {
      const cache = answers(open());
      await eventually(isStored(cache));
      await cache.execute('known');
      await sleep(50);
      await admin(server.url, ...cause);
      try {
        await cache.execute('unknown');
        await sleep(50);
        calls = 0;
        expect(await cache.execute('known')).toBe('answer to known');
        expect(calls).toBe(0);
        expect(lines).toContain(
          `warn: cache store: refuses writes (${reason}); answers are not stored until it takes them`,
        );
      } finally {
        await admin(server.url, ...heal);
      }
      await eventually(isStored(cache));
    });

    it('F11 says once that the server refuses our credentials', async () => {
      const url = new URL(server.url);
      url.password = 'wrong';
      await admin(server.url, 'CONFIG', 'SET', 'requirepass', 'right');
      const cache = answers(open({ url: url.href }));
      try {
        await cache.execute('a');
        await sleep(1_500);
        await cache.execute('b');
        const refusal = 'error: cache store: it refuses our credentials; it is not used until it takes them';
        expect(lines.filter((line) => line.startsWith('error'))).toEqual([refusal]);
      } finally {
        url.password = 'right';
        await admin(url.href, 'CONFIG', 'SET', 'requirepass', '');
      }
    });

    it.each([
      ['F12 a corrupt value', async (key: string) => admin(server.url, 'SET', key, '{not-json')],
      [
        'F13 a list',
        async (key: string) => {
          await admin(server.url, 'DEL', key);
          await admin(server.url, 'LPUSH', key, 'x');
        },
      ],
    ])('takes %s for a miss, and replaces it', async (_, spoil) => {
      const prefix = `spoiled:${Math.random()}:`;
      const cache = answers(open({ prefix, deadlineMs: PATIENT_MS }));
      await cache.execute('a');
      const keys = async (): Promise<string[]> => (await admin(server.url, 'KEYS', `${prefix}*`)) as string[];
      await eventually(async () => (await keys()).length === 1);
      await spoil((await keys())[0] as string);
      expect(await cache.execute('a')).toBe('answer to a');
      expect(calls).toBe(2);
      await eventually(async () => {
        await cache.execute('a');
        return cache.getStats().hits > 0;
      });
      expect(lines).toEqual([]);
    });
  });

  it('lets the process end, with the server well or hung, and without being closed', async () => {
    const script = `
      import { CachePrimitive, redisStore } from ${JSON.stringify(new URL('../../../index.ts', import.meta.url).href)};
      const cache = new CachePrimitive((input) => input, { store: redisStore({ url: process.argv[1], prefix: 'exit:' }) });
      console.log(await cache.execute('a'));
    `;
    const run = async (): Promise<{ code: unknown; text: string; tookMs: number }> => {
      const startedAt = performance.now();
      const args = ['--conditions=tta-source', '--input-type=module', '-e', script, server.url];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += String(chunk);
      });
      const [code] = await once(child, 'close');
      return { code, text: text.trim(), tookMs: performance.now() - startedAt };
    };
    const well = await run();
    expect(well).toMatchObject({ code: 0, text: 'a' });
    expect(await admin(server.url, 'KEYS', 'exit:*')).toHaveLength(1);
    await server.pause();
    try {
      const hung = await run();
      expect(hung).toMatchObject({ code: 0, text: 'a' });
      expect(hung.tookMs).toBeLessThan(10_000 + 3 * well.tookMs); // however slow the machine is
    } finally {
      await server.resume();
    }
  });
});

describe('redisStore', () => {
  it.each([
    [{}, 'set either url or client, not both'],
    [{ url: 'redis://a', client: { get() {}, set() {}, del() {} } }, 'set either url or client, not both'],
    [
      { url: 'http://user:sekret@a' },
      'redisStore: url must be a URL that begins with redis:// or rediss://, but it is not',
    ],
    [{ url: 'nowhere' }, 'redisStore: url must be'],
    [{ client: { get() {} } }, 'redisStore: client must be a Redis client with get, set and del, but it is an object'],
    [{ url: 'redis://a', deadlineMs: -1 }, 'redisStore: deadlineMs must be a number above 0, but it is -1'],
    [{ url: 'redis://a', prefix: 1 }, 'redisStore: prefix must be a string, but it is 1'],
  ])('refuses options that are wrong: %j', (options, message) => {
    expect(() => redisStore(options as never)).toThrow(message);
    expect(() => redisStore(options as never)).not.toThrow(/sekret/);
  });

  it('rejects when nothing listens, and names the reason', async () => {
    const store = redisStore({ url: `redis://127.0.0.1:${await freePort()}`, deadlineMs: PATIENT_MS });
    await expect(store.get('k')).rejects.toMatchObject({ code: 'ERR_TTA_STORE', reason: 'connect' });
    await store.close();
  });

  it('speaks to a client in the manner of ioredis', async () => {
    const values = new Map<string, string>();
    const set = vi.fn(async (key: string, value: string, _px: 'PX', _ttlMs: number, nx?: 'NX') => {
      if (nx === 'NX' && values.has(key)) return null;
      values.set(key, value);
      return 'OK';
    });
    const on = vi.fn();
    const off = vi.fn();
    const client = {
      status: 'ready',
      get: async (key: string) => values.get(key) ?? null,
      set,
      del: async (key: string) => values.delete(key),
      on,
      off,
    };
    const store = redisStore({ client, prefix: 'p:' });
    await store.set('k', 'value', HOUR_MS + 0.4);
    expect((await store.get('k'))?.value).toBe('value');
    expect(await store.setIfAbsent('k', 'other', 1_000)).toBe(false);
    expect(await store.setIfAbsent('l', 'other', 1_000)).toBe(true);
    await store.delete('k');
    expect((await store.get('k'))?.value).toBeUndefined();
    expect(set.mock.calls[0]).toEqual(['p:k', 'value', 'PX', HOUR_MS]);
    expect(set.mock.calls[1]).toEqual(['p:k', 'other', 'PX', 1_000, 'NX']);
    expect(on).toHaveBeenCalledWith('error', expect.any(Function));
    await store.close();
    expect(off).toHaveBeenCalledWith('error', on.mock.calls[0]?.[1]);
  });

  it('is guarded already', () => {
    const store = redisStore({ url: 'redis://127.0.0.1:1' });
    expect(guardedStore(store)).toBe(store);
  });
});
