import { createClient } from '@redis/client';
import { afterAll, describe, expect, it } from 'vitest';
import { startRedis } from '../../../../scripts/services/redis.ts';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runDemo } from './run.ts';

const redis = await startRedis({ mustBeOurs: true });
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('with Redis', () => {
  const url = redis?.url ?? '';

  it('answers repeats from Redis, finds nothing of an earlier run, and leaves nothing for ever', async () => {
    const options = { requests: 40, seed: 1, faults: 0, port: 0, keep: false, json: true, redis: url };
    let io = fakeIo();
    let first = await runDemo({ ...options, json: false }, io);
    // A machine that is busy elsewhere may keep Redis from answering in time, though not again and again.
    for (let turn = 0; turn < 20 && io.err().includes('not usable (timeout)'); turn += 1) {
      io = fakeIo();
      first = await runDemo({ ...options, json: false }, io);
    }
    expect(`${io.err()}${io.out()}`).not.toMatch(/not usable|could not be used/);
    const second = await runDemo(options, fakeIo());
    expect(first.report.cache.hits).toBeGreaterThan(0);
    expect(second.report.cache.misses).toBeGreaterThan(20);

    const client = await createClient({ url }).connect();
    const keys = await client.keys('tta-demo:*');
    const ttls = await Promise.all(keys.map((key) => client.pTTL(key)));
    client.destroy();
    expect(keys.length).toBeGreaterThan(0);
    // Redis says -1 for a key without an end; a key at its end may say 0.
    expect(ttls).not.toContain(-1);
    expect(Math.max(...ttls)).toBeLessThanOrEqual(600_000);
  });

  it('goes on when Redis hangs in the middle, and says so at once and in the end', async () => {
    const io = fakeIo();
    const client = await createClient({ url }).connect();
    const before = await client.dbSize();
    const running = runDemo({ requests: 100, seed: 1, faults: 0, port: 0, redis: url }, io);
    await expect.poll(io.err).toContain('Metrics are at');
    await expect.poll(() => client.dbSize()).toBeGreaterThan(before + 5);
    client.destroy();
    await redis?.pause();
    await expect.poll(io.err).toContain('tta: cache store: not usable (timeout)');
    const { report } = await running;
    await redis?.resume();
    expect(report).toMatchObject({ requests: 100, errors: 0, timeouts: { failures: 0 } });
    expect(io.out().replaceAll(/\s+/g, ' ')).toMatch(/For \d+ of 100 requests Redis could not be used \(timeout\)/);
  });

  it('begins all the same with a Redis that accepts connections and never answers', async () => {
    const io = fakeIo();
    await redis?.pause();
    const { report } = await runDemo({ requests: 4, seed: 1, faults: 0, port: 0, redis: url }, io);
    await redis?.resume();
    expect(report).toMatchObject({ requests: 4, errors: 0 });
    expect(io.err()).toMatch(/^tta: cache store: not usable \(timeout\).*--redis; meanwhile the models are asked/m);
  });
});
