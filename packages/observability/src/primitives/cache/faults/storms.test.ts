import { randomUUID } from 'node:crypto';
import { manualClock } from 'tta-dev-primitives/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../scripts/services/redis.ts';
import { redisCommand } from '../../../../../../scripts/services/redis-command.ts';
import { startTcpProxy, type TcpProxy } from '../../../../../../scripts/services/tcp-proxy.ts';
import { FaultScene } from '../__fixtures__/fault-scene.ts';

const REQUESTS = 1_000;

/** Only a test that moves the clock of the store reaches it. */
const DEADLINE_MS = 400;

/** A delay that ends with the fault. */
const LATE_MS = 600_000;

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('F23 a thousand requests', () => {
  const server = redis as RedisService;
  const command = (...words: string[]): Promise<unknown> => redisCommand(server.url, ...words);
  let scene: FaultScene;
  let proxy: TcpProxy;

  beforeEach(async () => {
    scene = new FaultScene();
    proxy = await startTcpProxy(server.url);
  });

  afterEach(async () => {
    expect(await scene.end()).toEqual([]);
    await proxy.stop();
  });

  async function lockOut(): Promise<void> {
    await command('CONFIG', 'SET', 'requirepass', 'sekret');
    const url = Object.assign(new URL(server.url), { password: 'sekret' }).href;
    await redisCommand(url, 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  }

  async function letIn(): Promise<void> {
    const url = Object.assign(new URL(server.url), { password: 'sekret' }).href;
    await redisCommand(url, 'CONFIG', 'SET', 'requirepass', '');
  }

  it.each([
    ['while the server is killed (F03)', 2, false, () => server.kill(), () => server.restart()],
    ['while the server hangs (F04)', 2, true, () => server.pause(), () => server.resume()],
    [
      'while the server is slow (F05)',
      2,
      true,
      async () => proxy.become({ kind: 'delay', ms: LATE_MS }),
      async () => proxy.become({ kind: 'pass' }),
    ],
    [
      'while nothing arrives (F04)',
      2,
      true,
      async () => proxy.become({ kind: 'black_hole' }),
      async () => proxy.become({ kind: 'pass' }),
    ],
    [
      'while the server is a replica (F06)',
      2,
      false,
      () => command('REPLICAOF', '127.0.0.1', '1'),
      () => command('REPLICAOF', 'NO', 'ONE'),
    ],
    [
      'while the server is out of memory (F07)',
      2,
      false,
      () => command('CONFIG', 'SET', 'maxmemory', '1'),
      () => command('CONFIG', 'SET', 'maxmemory', '0'),
    ],
    [
      'while the user may neither read nor write (F09)',
      4, // its writes and its reads are lost one after the other
      false,
      () => command('ACL', 'SETUSER', 'default', '-set', '-get'),
      () => command('ACL', 'SETUSER', 'default', '+set', '+get'),
    ],
    ['while the server wants a password (F10)', 3, false, lockOut, letIn],
  ])('all get their answers, with a line for each change, %s', async (_, changes, isSilent, cause, heal) => {
    const clock = manualClock();
    const cache = await scene.warmCache({ url: proxy.url, deadlineMs: DEADLINE_MS, prefix: `${randomUUID()}:` }, clock); // nothing of another storm
    await cause();
    try {
      const storm = Promise.all(Array.from({ length: REQUESTS }, (__, index) => cache.ask(`storm ${index}`)));
      if (isSilent) await clock.advance(DEADLINE_MS); // one deadline is all that anyone waits for
      expect((await storm).every(({ answer }, index) => answer === `answer to storm ${index}`)).toBe(true);
      for (let turn = 0; turn < 50; turn += 1) await cache.ask(`after the storm ${turn}`);
      expect(scene.lines.length).toBeGreaterThan(0);
      expect(scene.lines.length).toBeLessThan(changes);
    } finally {
      await heal();
    }
    await cache.untilStoring();
    expect(scene.lines.length).toBeLessThanOrEqual(changes);
  });
});
