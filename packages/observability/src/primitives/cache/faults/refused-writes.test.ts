import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../scripts/services/redis.ts';
import { eventually, redisCommand } from '../../../../../../scripts/services/redis-command.ts';
import { FaultScene, GENEROUS_MS, notUsable, RECOVERY_MS } from '../__fixtures__/fault-scene.ts';

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('a server that refuses writes', () => {
  const server = redis as RedisService;
  const command = (...words: string[]): Promise<unknown> => redisCommand(server.url, ...words);
  let scene: FaultScene;

  beforeEach(() => {
    scene = new FaultScene();
  });

  afterEach(async () => {
    expect(await scene.end()).toEqual([]);
  });

  /** A snapshot cannot be written where a folder lies in its place, and after one that failed the server takes no writes. */
  async function failSnapshots(): Promise<void> {
    const [, directory = ''] = (await command('CONFIG', 'GET', 'dir')) as string[];
    mkdirSync(join(directory, 'dump.rdb', 'in-the-way'), { recursive: true });
    await command('CONFIG', 'SET', 'save', '3600 1000000');
    await command('BGSAVE');
    await eventually('a snapshot has failed', async () =>
      String(await command('INFO', 'persistence')).includes('rdb_last_bgsave_status:err'),
    );
  }

  async function healSnapshots(): Promise<void> {
    const [, directory = ''] = (await command('CONFIG', 'GET', 'dir')) as string[];
    rmSync(join(directory, 'dump.rdb'), { recursive: true });
    await command('CONFIG', 'SET', 'save', '');
  }

  it.each([
    [
      'F06 because it is a replica',
      'readonly',
      () => command('REPLICAOF', '127.0.0.1', '1'),
      () => command('REPLICAOF', 'NO', 'ONE'),
    ],
    [
      'F07 because it is out of memory',
      'oom',
      () => command('CONFIG', 'SET', 'maxmemory', '1'),
      () => command('CONFIG', 'SET', 'maxmemory', '0'),
    ],
    ['F08 because its snapshots fail', 'misconf', failSnapshots, healSnapshots],
    [
      'F09 because the user may not write',
      'noperm',
      () => command('ACL', 'SETUSER', 'default', '-set'),
      () => command('ACL', 'SETUSER', 'default', '+set'),
    ],
  ])('goes on answering what it has, and takes answers again once it is well: %s', async (_, reason, cause, heal) => {
    const cache = await scene.warmCache({ url: server.url, deadlineMs: GENEROUS_MS });
    await cache.ask('known');
    await eventually('it is stored', async () => {
      const { calls } = cache;
      await cache.ask('known');
      return cache.calls === calls;
    });
    await sleep(100); // until the write of the answer is over, so that it is looked up
    await cause();
    scene.forget();
    try {
      const { calls } = cache;
      for (let turn = 0; turn < 10; turn += 1) {
        expect((await cache.ask(`unknown ${turn}`)).answer).toBe(`answer to unknown ${turn}`);
        expect((await cache.ask('known')).answer).toBe('answer to known');
      }
      await sleep(50);
      expect(cache.calls).toBe(calls + 10);
      expect(new Set(scene.recording.factsOf('cache.writeFailed'))).toEqual(new Set([reason]));
      expect(scene.failedReads).toEqual([]);
      expect(scene.recording.factsOf('cache.breakerState')).toEqual([]);
      const line = `warn: cache store: refuses writes (${reason}); answers are not stored until it takes them`;
      expect(scene.lines).toEqual([line]);
    } finally {
      await heal();
    }
    expect(await cache.untilStoring()).toBeLessThan(RECOVERY_MS);
    expect(scene.lines).toHaveLength(2);
    expect(scene.lines[1]).toBe('info: cache store: takes writes again');
  });

  it('does not hold up the caller while a write is refused or waited for', async () => {
    const cache = await scene.warmCache({ url: server.url });
    await command('CLIENT', 'PAUSE', '600000', 'WRITE');
    const [first, second] = [await cache.ask('slow to write'), await cache.ask('slow to write too')];
    expect(first.addedMs / cache.slowness).toBeLessThan(GENEROUS_MS); // the lease of a miss waits one deadline, 50 ms
    expect(second.addedMs / cache.slowness).toBeLessThan(GENEROUS_MS);
    await command('CLIENT', 'UNPAUSE');
  });

  it('F09 is left alone altogether when the user may not read either', async () => {
    const cache = await scene.warmCache({ url: server.url, deadlineMs: GENEROUS_MS });
    await command('ACL', 'SETUSER', 'default', '-set', '-get');
    try {
      for (let turn = 0; turn < 10; turn += 1) {
        expect((await cache.ask(`forbidden ${turn}`)).answer).toBe(`answer to forbidden ${turn}`);
      }
      expect(new Set(scene.failedReads)).toEqual(new Set(['noperm']));
      expect(scene.lines[0]).toBe(notUsable('noperm'));
    } finally {
      await command('ACL', 'SETUSER', 'default', '+set', '+get');
    }
    await cache.untilStoring();
  });
});
