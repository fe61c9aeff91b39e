import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

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
