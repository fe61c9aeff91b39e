import { createClient } from '@redis/client';
import { afterAll, describe, expect, it } from 'vitest';
import { startRedis } from '../../../../scripts/services/redis.ts';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runDemo } from './run.ts';

const redis = await startRedis();
afterAll(() => redis?.stop());

describe.skipIf(redis === undefined)('with Redis', () => {
  const url = redis?.url ?? '';

  it('answers repeats from Redis, finds nothing of an earlier run, and leaves nothing for ever', async () => {
    const options = { requests: 40, seed: 1, faults: 0, port: 0, keep: false, json: true, redis: url };
    const first = await runDemo(options, fakeIo());
    const second = await runDemo(options, fakeIo());
    expect(first.report.cache.hits).toBeGreaterThan(0);
    expect(second.report.cache.misses).toBeGreaterThan(20);

    const client = await createClient({ url }).connect();
    const keys = await client.keys('tta-demo:*');
    const ttls = await Promise.all(keys.map((key) => client.pTTL(key)));
    client.destroy();
    expect(keys.length).toBeGreaterThan(0);
    expect(Math.min(...ttls)).toBeGreaterThan(0);
    expect(Math.max(...ttls)).toBeLessThanOrEqual(600_000);
  });
});
