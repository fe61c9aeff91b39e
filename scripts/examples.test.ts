import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackProvider } from '../packages/observability/src/adapters/__fixtures__/provider.ts';
import { run } from './command.ts';
import { providerEnv, SHOWN } from './shown-examples.ts';
import { root } from './workspace.ts';

let provider: LoopbackProvider;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
});
afterAll(() => provider[Symbol.asyncDispose]());

describe('every example runs to its end and shows what it is for', async () => {
  it.each(await readdir(join(root, 'examples')))('%s', async (name) => {
    const env = { ...providerEnv(provider.url), REDIS_URL: undefined };
    const printed = await run(process.execPath, ['--conditions=tta-source', join('examples', name)], {
      cwd: root,
      env,
    });
    expect(printed).toMatch(SHOWN[name] ?? /a line of SHOWN/);
  });
});
