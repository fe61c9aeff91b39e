import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../scripts/services/redis.ts';
import { redisCommand } from '../../../../../../scripts/services/redis-command.ts';
import { startTcpProxy } from '../../../../../../scripts/services/tcp-proxy.ts';
import { FaultScene, GENEROUS_MS, RECOVERY_MS, USABLE_AGAIN } from '../__fixtures__/fault-scene.ts';

const REFUSAL = 'error: cache store: it refuses our credentials; it is not used until it takes them';

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

function withPassword(url: string, password: string): string {
  return Object.assign(new URL(url), { password }).href;
}

describe.skipIf(redis === undefined)('a server that refuses our credentials', () => {
  const server = redis as RedisService;
  let scene: FaultScene;

  beforeEach(() => {
    scene = new FaultScene();
  });

  afterEach(async () => {
    expect(await scene.end()).toEqual([]);
  });

  it('F10 F24 because a password was added, costs one deadline, one line, and is used again once it is taken away', async () => {
    const cache = await scene.warmCache({ url: server.url, deadlineMs: GENEROUS_MS });
    await redisCommand(server.url, 'CONFIG', 'SET', 'requirepass', 'sekret');
    const admin = withPassword(server.url, 'sekret');
    try {
      await redisCommand(admin, 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await sleep(20);
      for (let turn = 0; turn < 20; turn += 1) {
        const { answer, addedMs } = await cache.ask(`locked ${turn}`);
        expect(answer).toBe(`answer to locked ${turn}`);
        expect(addedMs / cache.slowness).toBeLessThan(GENEROUS_MS);
      }
      await sleep(1_000);
      await cache.ask('still locked');
      expect(scene.failedReads).toContain('auth');
      expect(scene.failedReads.length).toBeLessThanOrEqual(2); // the connection that ended, and the one that was refused
      expect(scene.lines.filter((line) => line.startsWith('error'))).toEqual([REFUSAL]);
      expect(scene.lines.length).toBeLessThanOrEqual(2);
      expect(scene.lines.join()).not.toContain('sekret');
    } finally {
      await redisCommand(admin, 'CONFIG', 'SET', 'requirepass', '');
    }
    expect(await cache.untilStoring()).toBeLessThan(RECOVERY_MS);
    expect(scene.lines.at(-1)).toBe(USABLE_AGAIN);
  });

  it('F11 because the password is wrong, is asked less and less often, and says so once', async () => {
    const proxy = await startTcpProxy(server.url);
    await redisCommand(server.url, 'CONFIG', 'SET', 'requirepass', 'right');
    const admin = withPassword(server.url, 'right');
    const cache = scene.cacheOn(scene.open({ url: withPassword(proxy.url, 'wrong'), deadlineMs: GENEROUS_MS }));
    try {
      const endAt = performance.now() + 2_500;
      for (let turn = 0; performance.now() < endAt; turn += 1) {
        expect((await cache.ask(`wrong ${turn}`)).answer).toBe(`answer to wrong ${turn}`);
        await sleep(20);
      }
      expect(scene.failedReads).toEqual(['auth']);
      expect(scene.lines).toEqual([REFUSAL]);
      expect(proxy.connections).toBeLessThanOrEqual(8); // 0.1 s doubling, half of it at least: six tries, and the first
      await redisCommand(admin, 'CONFIG', 'SET', 'requirepass', 'wrong');
      expect(await cache.untilStoring()).toBeLessThan(RECOVERY_MS);
      expect(scene.lines).toEqual([REFUSAL, USABLE_AGAIN]);
    } finally {
      await redisCommand(withPassword(server.url, 'wrong'), 'CONFIG', 'SET', 'requirepass', '').catch(() =>
        redisCommand(admin, 'CONFIG', 'SET', 'requirepass', ''),
      );
      await proxy.stop();
    }
  });
});
