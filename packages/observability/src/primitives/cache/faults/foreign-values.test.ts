import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { registerObserver } from 'tta-dev-primitives';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RedisService, startRedis } from '../../../../../../scripts/services/redis.ts';
import { eventually, redisCommand } from '../../../../../../scripts/services/redis-command.ts';
import { FaultScene, GENEROUS_MS } from '../__fixtures__/fault-scene.ts';
import { CachePrimitive } from '../cache-primitive.ts';

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('under the key of an answer', () => {
  const server = redis as RedisService;
  const command = (...words: string[]): Promise<unknown> => redisCommand(server.url, ...words);
  let scene: FaultScene;
  let prefix = '';

  beforeEach(() => {
    scene = new FaultScene();
    prefix = `${randomUUID()}:`;
  });

  afterEach(async () => {
    expect(await scene.end()).toEqual([]);
  });

  const keys = async (): Promise<string[]> => (await command('KEYS', `${prefix}v1:*`)) as string[];

  async function storedKey(): Promise<string> {
    await eventually('an answer is stored', async () => (await keys()).length === 1);
    return (await keys())[0] ?? '';
  }

  /** Changes what an entry says about itself, and leaves the answer as it is. */
  async function rewrite(key: string, changes: object): Promise<void> {
    const [header = '', ...payload] = String(await command('GET', key)).split('\n');
    const changed = JSON.stringify({ ...JSON.parse(header), ...changes });
    await command('SET', key, [changed, ...payload].join('\n'), 'PX', '3600000');
  }

  it.each([
    ['F12 half an entry', async (key: string) => command('SET', key, '{not-json')],
    [
      'F12 an entry whose answer is cut off',
      async (key: string) => command('SETRANGE', key, '0', '{"version":1}\n{"a":'),
    ],
    ['F12 nothing but an empty string', async (key: string) => command('SET', key, '')],
    ['F12 bytes that are no text', async (key: string) => command('SET', key, '\u0000\ufffd\u0001')],
    [
      'F13 a list',
      async (key: string) => {
        await command('DEL', key);
        await command('LPUSH', key, 'x');
      },
    ],
    [
      'F13 a hash',
      async (key: string) => {
        await command('DEL', key);
        await command('HSET', key, 'field', 'x');
      },
    ],
    ['F13 the value of another program', async (key: string) => command('SET', key, '{"a":1}')],
    ['F13 the answer to another request', async (key: string) => rewrite(key, { digest: 'x'.repeat(43) })],
    ['F13 the answer to another tenant', async (key: string) => rewrite(key, { scopeHash: 'somebody else' })],
    ['F13 the answer of another model', async (key: string) => rewrite(key, { model: 'another' })],
    ['F14 an entry of an old version', async (key: string) => rewrite(key, { version: 0 })],
    ['F14 an entry of a version to come', async (key: string) => rewrite(key, { version: 2 })],
  ])('%s is a miss, counted once, and replaced; the store stays in use', async (_, spoil) => {
    const cache = scene.cacheOn(scene.open({ url: server.url, prefix, deadlineMs: GENEROUS_MS }));
    await cache.ask('a');
    const key = await storedKey();
    await eventually('the answer is looked up', () => cache.isStoring());
    await spoil(key);
    scene.forget();
    const { calls } = cache;
    expect((await cache.ask('a')).answer).toBe('answer to a');
    expect(cache.calls).toBe(calls + 1);
    expect(scene.recording.factsOf('cache.corrupt')).toEqual([true]);
    await eventually('the entry is replaced', async () => {
      const stored = await command('GET', key).catch(() => '');
      return String(stored).includes('answer to a') && !String(stored).includes('somebody else');
    });
    await cache.untilStoring();
    const { calls: callsBefore } = cache;
    expect((await cache.ask('a')).answer).toBe('answer to a');
    expect(cache.calls).toBe(callsBefore);
    expect(scene.recording.factsOf('cache.breakerState')).toEqual([]);
    expect(scene.failedReads).toEqual([]);
    expect(scene.lines).toEqual([]);
  });

  it('F20 nothing lies when the answer is too large or must not be stored', async () => {
    const store = scene.open({ url: server.url, prefix, deadlineMs: GENEROUS_MS });
    const step = (input: string): string => `answer to ${input}`;
    const small = new CachePrimitive(step, { store, operation: 'small', maxEntryLength: 10 });
    const never = new CachePrimitive(step, { store, operation: 'never', isCacheable: () => false });
    expect(await small.execute('a')).toBe('answer to a');
    expect(await never.execute('a')).toBe('answer to a');
    expect(scene.recording.factsOf('cache.skipped')).toEqual(['too_large', 'policy']);
    await store.close();
    expect(await keys()).toEqual([]);
  });

  it('F21 an entry ends when the server says so, in a process whose clock is an hour off too', async () => {
    const cache = scene.cacheOn(scene.open({ url: server.url, prefix, deadlineMs: GENEROUS_MS }));
    await cache.ask('a');
    await storedKey();
    for (const offsetMs of [3_500_000, -3_500_000]) {
      const script = `
        const { now } = Date;
        Date.now = () => now() + ${offsetMs};
        void (async () => {
          const { parentPort } = await import('node:worker_threads');
          const { CachePrimitive, redisStore } = await import(${JSON.stringify(new URL('../../index.ts', import.meta.url).href)});
          const { recordingObserver } = await import('tta-dev-primitives/testing');
          const recording = recordingObserver();
          const store = redisStore({ url: ${JSON.stringify(server.url)}, prefix: ${JSON.stringify(prefix)}, deadlineMs: 5_000 });
          const cache = new CachePrimitive(async () => 'its own', { store, operation: 'faults' });
          const answer = await cache.execute('a');
          parentPort.postMessage({ answer, ages: recording.factsOf('cache.ageMs') });
          await store.close();
        })();
      `;
      const worker = new Worker(script, { eval: true, execArgv: ['--conditions=tta-source'] });
      const [told] = (await once(worker, 'message')) as [{ answer: string; ages: number[] }];
      expect(told.answer).toBe('answer to a');
      expect(told.ages.every((ageMs) => ageMs >= 0)).toBe(true);
    }
    expect(await command('PTTL', await storedKey())).toBeLessThanOrEqual(3_600_000);
  });

  it('F22 lies the same answer when an observer throws on every fact', async () => {
    const unregister = registerObserver({
      observe: async (_, run) => {
        await run(() => {
          throw new Error('the observer is broken');
        });
      },
    });
    try {
      const cache = scene.cacheOn(scene.open({ url: server.url, prefix, deadlineMs: GENEROUS_MS }));
      expect((await cache.ask('a')).answer).toBe('answer to a');
      await storedKey();
      await cache.untilStoring();
      const { calls } = cache;
      expect((await cache.ask('a')).answer).toBe('answer to a');
      expect(cache.calls).toBe(calls);
    } finally {
      unregister();
    }
  });
});
