import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { NodeRedisLike } from '../../../../store/redis/redis-client.ts';
import { redisStore } from './redis-store.ts';

const INDEX = new URL('../../../index.ts', import.meta.url).href;

/** A new process, because the tests have loaded the package themselves. */
function inNewProcess(script: string): string {
  const args = ['--conditions=tta-source', '--input-type=module', '-e', script];
  return spawnSync(process.execPath, args, { timeout: 100_000, encoding: 'utf8' }).stdout.trim();
}

it('loads its client before the first request, which would wait a tenth of a second for it, and only where a URL is named', () => {
  const script = `
    import { createRequire } from 'node:module';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { redisStore } from ${JSON.stringify(INDEX)};
    const { cache } = createRequire(import.meta.url);
    const isLoaded = () => Object.keys(cache).some((path) => path.includes('@redis'));
    const seen = [isLoaded()];
    redisStore({ url: 'redis://127.0.0.1:1' });
    for (let turn = 0; turn < 500 && !isLoaded(); turn += 1) await sleep(10);
    seen.push(isLoaded());
    console.log(JSON.stringify(seen));
  `;
  expect(inNewProcess(script)).toBe('[false,true]');
});

describe('redisStore with prepare', () => {
  const clientThat = (get: () => Promise<unknown>): NodeRedisLike => ({
    get,
    set: async () => 'OK',
    del: async () => 1,
  });

  it('asks the server when it is made, and is left alone before its first caller where that fails', async () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    let asked = 0;
    const down = clientThat(() => {
      asked += 1;
      return Promise.reject(refused);
    });
    const store = redisStore({ client: down, prepare: true });
    await expect.poll(() => store.isUsable).toBe(false);
    const askedBefore = asked;
    const reading = store.get('k');
    expect(asked).toBe(askedBefore);
    await expect(reading).rejects.toMatchObject({ reason: 'connect' });
    await store.close();
  });

  it('asks nothing when it is made otherwise', async () => {
    let asked = 0;
    const store = redisStore({ client: clientThat(async () => (asked += 1)) });
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(0);
    await store.close();
  });
});
