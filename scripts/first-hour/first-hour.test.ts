import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackProvider } from '../../packages/observability/src/adapters/__fixtures__/provider.ts';
import { foreignEnvironment, run, runToEnd } from '../command.ts';
import { startRedis } from '../services/redis.ts';
import { providerEnv } from '../shown-examples.ts';
import { root } from '../workspace.ts';
import { SHOWN } from './shown.ts';
import { readSteps, stepsOf } from './steps.ts';

const steps = [...(await readSteps('first-hour.md')), ...(await readSteps('first-calls.md'))];
const redis = await startRedis();

let provider: LoopbackProvider;
let folder: string;

beforeAll(async () => {
  provider = await LoopbackProvider.start();
  folder = await mkdtemp(join(tmpdir(), 'tta-first-hour-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
});
afterAll(async () => {
  await provider[Symbol.asyncDispose]();
  await redis?.stop();
  await rm(folder, { recursive: true });
});

const programs = steps.flatMap(({ title, actions }) =>
  actions.flatMap((action) => (action.kind === 'program' ? [{ title, ...action }] : [])),
);

describe('the programs of a first hour', () => {
  it.skipIf(redis === undefined).each(programs)('$title: $file shows what the page says', async ({ title, code }) => {
    const file = join(folder, `${title.replaceAll(/\W/g, '-')}.ts`);
    await writeFile(file, code);
    const env = {
      ...foreignEnvironment(),
      ...providerEnv(provider.url),
      REDIS_URL: redis?.url,
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    };
    const printed = await run(process.execPath, ['--conditions=tta-source', file], { cwd: folder, env });
    expect(printed.trim()).toMatch(SHOWN[title] ?? /a line of SHOWN/);
  });
});

describe('npm run first-hour', () => {
  it('leaves no files if a service is missing', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'tta-no-redis-'));
    try {
      const args = ['--conditions=tta-source', join(root, 'scripts/first-hour/main.ts')];
      const env = { TMPDIR: empty, PATH: empty, TEST_REDIS_URL: undefined, REQUIRE_SERVICES: undefined };
      const { exitCode, stderr } = await runToEnd(process.execPath, args, { cwd: root, env });
      expect(exitCode).toBe(1);
      expect(stderr).toContain('first-hour: a Redis server is needed');
      expect(await readdir(empty)).toEqual([]);
    } finally {
      await rm(empty, { recursive: true });
    }
  });
});

describe('stepsOf', () => {
  it('gives the commands and programs of each section, in order, with the names of the programs', () => {
    const page =
      '# P\n\n## 1. One\n\nSave this as `a.ts`:\n\n```ts\nrun();\n```\n\n```sh\nnode a.ts\n```\n\n## 2. Text\n';
    expect(stepsOf(page)).toEqual([
      {
        title: '1. One',
        actions: [
          { kind: 'program', file: 'a.ts', code: 'run();\n' },
          { kind: 'commands', commands: 'node a.ts\n' },
        ],
      },
    ]);
  });
});
