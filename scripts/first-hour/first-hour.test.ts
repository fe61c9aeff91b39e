import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LoopbackProvider } from '../../packages/observability/src/adapters/__fixtures__/provider.ts';
import { foreignEnvironment, run, runToEnd } from '../command.ts';
import { temporaryFolder } from '../export/temporary-folder.ts';
import { startRedis } from '../services/redis.ts';
import { providerEnv } from '../shown-examples.ts';
import { root } from '../workspace.ts';
import { SHOWN } from './shown.ts';
import { readSteps, stepsOf } from './steps.ts';
import { timesSection, withTimes } from './times.ts';

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
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], // the packages are those of this project
      REDIS_URL: redis?.url,
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    };
    const printed = await run(process.execPath, ['--conditions=tta-source', file], { cwd: folder, env });
    expect(printed.trim()).toMatch(SHOWN[title] ?? /a line of SHOWN/);
  });
});

/** The folder in which the command works. */
const workIn = async (folder: string): Promise<string> =>
  (await readdir(folder)).find((name) => name.startsWith('tta-first-hour-')) ?? 'no-folder-yet';

describe('npm run first-hour', () => {
  const args = ['--conditions=tta-source', join(root, 'scripts/first-hour/main.ts')];

  it('leaves no files if a service is missing', async () => {
    await using empty = await temporaryFolder();
    const env = { TMPDIR: empty.path, PATH: empty.path, TEST_REDIS_URL: undefined, REQUIRE_SERVICES: undefined };
    const { exitCode, stderr } = await runToEnd(process.execPath, args, { cwd: root, env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('first-hour: a Redis server is needed');
    expect(await readdir(empty.path)).toEqual([]);
  });

  it.skipIf(redis === undefined).for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves no files and no commands after %s', async ([signal, status], { skip }) => {
    skip(!existsSync(join(root, '.git')), 'needs a git repository, because the command clones the project');
    await using empty = await temporaryFolder();
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, TMPDIR: empty.path } });
    const ended = once(child, 'close');
    const stderr = text(child.stderr);
    await vi.waitFor(
      async () => expect(await readdir(join(empty.path, await workIn(empty.path), 'clone'))).not.toEqual([]),
      { timeout: 60_000 },
    );
    child.kill(signal);
    expect(await ended).toEqual([status, null]);
    expect(await stderr).toBe(`first-hour: interrupted by ${signal}\n`);
    expect(await readdir(empty.path)).toEqual([]);
  });
});

describe('the section of the times', () => {
  const section = timesSection([{ title: '1. One', seconds: 61.4 }], [{ title: 'OpenAI', seconds: 0.2 }]);

  it('has a table of the steps, and one of the first calls', () => {
    expect(section).toContain('| step   | time |\n| ------ | ---- |\n| 1. One | 61 s |\n');
    expect(section).toContain('| OpenAI | 1 s  |\n');
  });

  it('replaces the one on the page, and nothing else', () => {
    const page = '# P\n\n## How long it takes\n\nold\n\n## Next\n\n- a\n';
    expect(withTimes(page, section)).toBe(`# P\n\n${section}\n## Next\n\n- a\n`);
    expect(() => withTimes('# P\n', section)).toThrow('the page has no section "## How long it takes"');
  });

  it('lists the steps that the pages have', async () => {
    const [hour, calls] = await Promise.all((['first-hour.md', 'first-calls.md'] as const).map(readSteps));
    const page = await readFile(join(root, 'docs/first-hour.md'), 'utf8');
    const listed = Array.from(page.matchAll(/^\| (?<title>.+?) +\| \d+ s/gm), ({ groups }) => groups?.['title']);
    expect(listed).toEqual([...(hour ?? []), ...(calls ?? [])].map(({ title }) => title));
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
