import { randomUUID } from 'node:crypto';
import { recordingObserver } from 'tta-dev-primitives/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../../scripts/services/redis.ts';
import { redisCommand } from '../../../../../../../scripts/services/redis-command.ts';
import { CachePrimitive } from '../../cache-primitive.ts';
import type { CacheStore } from '../store.ts';
import { redisStore } from './redis-store.ts';

const QUESTIONS = Array.from({ length: 10 }, (_, index) => `q${index}`);
const PATIENTLY = { timeout: 15_000 };
const LEASES_OFF =
  'cache store: it refuses what leases need (EVAL with GET, SET and DEL); processes do not share calls';

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('redisStore with a user who may not run every command', () => {
  const { url } = redis as RedisService;
  const stores: CacheStore[] = [];

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  /** Two processes that share a server and ask it the same questions, all at once. */
  async function processes(rules: readonly string[], prefix = `${randomUUID()}:`) {
    await redisCommand(url, 'ACL', 'SETUSER', 'limited', 'reset', 'on', '>secret', '~*', '&*', ...rules);
    const calls: string[] = [];
    const warnings: string[] = [];
    const say = (line: string): void => void warnings.push(line);
    const caches = [1, 2].map(() => {
      const own = new URL(url);
      [own.username, own.password] = ['limited', 'secret'];
      const logger = { info: () => {}, warn: say, error: say };
      const store = redisStore({ url: own.href, prefix, logger, deadlineMs: 10_000, writeDeadlineMs: 10_000 });
      stores.push(store);
      const ask = async (question: string) => {
        calls.push(question);
        return `answer to ${question}`;
      };
      return new CachePrimitive(ask, { operation: 'chat', store });
    });
    const askAll = () => Promise.all(caches.flatMap((cache) => QUESTIONS.map((question) => cache.execute(question))));
    /** How many answers are stored, and how many leases are held. */
    const stored = async () => {
      const keys = (await redisCommand(url, 'KEYS', `${prefix}*`)) as readonly string[];
      const leases = keys.filter((key) => key.startsWith(`${prefix}lease:v1:chat:`)).length;
      return { answers: keys.filter((key) => key.startsWith(`${prefix}v1:chat:`)).length, leases };
    };
    return { askAll, calls, warnings, stored };
  }

  it.each([
    ['EVAL', ['+@all', '-@scripting']],
    ['EVAL, but EVALSHA', ['+@all', '-eval']],
    ['DEL', ['+@all', '-del', '-unlink']],
    ['keys of leases', ['+@all', 'resetkeys', '~answers:v1:*']],
  ])('without %s takes no lease, says so once for each store, and stores answers', async (_what, rules) => {
    using recording = recordingObserver();
    await redisCommand(url, 'FLUSHALL');
    const { askAll, calls, warnings, stored } = await processes(rules, 'answers:');
    await askAll();
    await expect.poll(stored, PATIENTLY).toEqual({ answers: QUESTIONS.length, leases: 0 });
    const callsBefore = calls.length;
    await askAll();
    await askAll();
    expect(calls).toHaveLength(callsBefore);
    expect(warnings).toEqual([LEASES_OFF, LEASES_OFF]);
    expect(recording.factsOf('cache.leaseWaitMs')).toEqual([]);
    expect(recording.factsOf('cache.writeFailed')).toEqual([]);
  });

  it.each([
    ['MGET', ['+@all', '-mget']],
    ['SCAN', ['+@all', '-scan', '-keys']],
    ['anything but what is needed', ['-@all', '+get', '+set', '+eval', '+del', '+ping', '+hello', '+auth', '+select']],
  ])('without %s calls once for two processes and leaves no lease behind', async (_what, rules) => {
    const { askAll, calls, warnings, stored } = await processes(rules);
    await askAll();
    expect(calls.toSorted()).toEqual(QUESTIONS);
    expect(warnings).toEqual([]);
    await expect.poll(stored, PATIENTLY).toEqual({ answers: QUESTIONS.length, leases: 0 });
  });

  it('without SET answers every caller, and says once for each store that nothing is stored', async () => {
    using recording = recordingObserver();
    const { askAll, calls, warnings, stored } = await processes(['+@all', '-set']);
    await askAll();
    await expect.poll(() => recording.factsOf('cache.writeFailed').length, PATIENTLY).toBe(2 * QUESTIONS.length);
    await askAll();
    expect(calls).toHaveLength(4 * QUESTIONS.length);
    expect(warnings.filter((line) => line !== LEASES_OFF)).toEqual(
      Array(2).fill('cache store: refuses writes (noperm); answers are not stored until it takes them'),
    );
    expect(warnings).toHaveLength(4);
    expect(recording.factsOf('cache.leaseWaitMs')).toEqual([]);
    expect(await stored()).toEqual({ answers: 0, leases: 0 });
  });

  it('takes no more leases once it loses the right to give them back', async () => {
    const { askAll, calls, warnings, stored } = await processes(['+@all']);
    await askAll();
    expect(calls).toHaveLength(QUESTIONS.length);
    await expect.poll(stored, PATIENTLY).toEqual({ answers: QUESTIONS.length, leases: 0 });
    await redisCommand(url, 'FLUSHALL');
    await redisCommand(url, 'ACL', 'SETUSER', 'limited', '-del');
    await askAll();
    await expect.poll(() => new Set(warnings), PATIENTLY).toEqual(new Set([LEASES_OFF]));
    expect(warnings.length).toBeLessThanOrEqual(2);
  });
});
