import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeIo } from '../__fixtures__/fake-io.ts';
import { runCli } from '../cli.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tta-maturity-'));
  await write('package.json', { name: 'all', workspaces: ['packages/*'] });
  await write('packages/router/package.json', { name: 'router' });
  await write('packages/cache/package.json', { name: 'cache' });
});
afterEach(() => rm(root, { recursive: true }));

async function write(path: string, content: unknown): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

const lines = (covered: number) => ({ lines: { total: 100, covered } });
const file = (name: string, ...statuses: string[]) => ({
  name: join(root, name),
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});

/** Reports by which `router` is ready for production and `cache` is not: its coverage is `cacheCovered` percent. */
async function writeReports(cacheCovered: number): Promise<void> {
  await write('coverage/coverage-summary.json', {
    total: lines(1),
    [join(root, 'packages/router/src/a.ts')]: lines(95),
    [join(root, 'packages/cache/src/a.ts')]: lines(cacheCovered),
    [join(root, 'packages/cache/node_modules/b/a.ts')]: lines(0),
  });
  await write('coverage/tests.json', {
    testResults: [
      file('packages/router/src/a.test.ts', 'passed', 'pending'),
      file('packages/cache/src/a.test.ts', 'passed'),
    ],
  });
  await write('coverage/checks.json', [{ name: 'lint', passed: true }]);
}

async function said(...args: string[]) {
  const io = fakeIo({ env: {} });
  return { exitCode: await runCli(['maturity', root, ...args], '1.2.3', io), out: io.out(), err: io.err() };
}

async function stages(...args: string[]): Promise<Record<string, string>> {
  const found = JSON.parse((await said('--json', ...args)).out) as { component: string; stage: string }[];
  return Object.fromEntries(found.map(({ component, stage }) => [component, stage]));
}

describe('tta maturity', () => {
  it('promotes a package by its coverage, its tests and its checks', async () => {
    await writeReports(75);
    expect(await stages()).toEqual({ router: 'production', cache: 'staging' });
  });

  it('asks for the coverage that it was told to ask for', async () => {
    await writeReports(75);
    expect(await stages('--staging-coverage', '0.76', '--production-coverage', '0.96')).toEqual({
      router: 'staging',
      cache: 'development',
    });
  });

  it.each([
    [
      'a test fails',
      'tests.json',
      () => ({ testResults: [file('packages/router/src/a.test.ts', 'passed', 'failed')] }),
      'development',
    ],
    [
      'a file of tests cannot be loaded',
      'tests.json',
      () => ({ testResults: [{ ...file('packages/router/a.test.ts'), status: 'failed' }] }),
      'development',
    ],
    ['a check of all packages fails', 'checks.json', () => [{ name: 'types', passed: false }], 'staging'],
    ['no check was reported', 'checks.json', () => [], 'staging'],
    [
      'a check of another package fails',
      'checks.json',
      () => [
        { name: 'types', passed: false, component: 'cache' },
        { name: 'lint', passed: true },
      ],
      'production',
    ],
  ])('puts a package where it belongs when %s', async (_what, report, content, stage) => {
    await writeReports(75);
    await write(`coverage/${report}`, content());
    expect((await stages())['router']).toBe(stage);
  });

  it('exits with 1 if a gate fails, and with 0 if a report is only missing', async () => {
    await writeReports(79);
    expect((await said()).exitCode).toBe(1);
    await rm(join(root, 'coverage/coverage-summary.json'));
    expect((await said()).exitCode).toBe(0);
  });

  it('prints metrics that say when the stage last changed, over several runs', async () => {
    const history = join(root, 'history.jsonl');
    await writeReports(75);
    await said('--history', history);
    await writeReports(95);
    await said('--history', history);
    const { out } = await said('--history', history, '--metrics');
    expect(out).toContain('component_stage{component="cache"} 2\n');
    expect(out).toContain('component_stage_changes{component="cache"} 1\n');
    expect(out).toContain('component_stage_changes{component="router"} 0\n');
    expect(out).toContain('component_coverage_ratio{component="cache"} 0.95\n');
    expect(out).toContain('component_tests{component="router",outcome="skipped"} 1\n');
    expect(out).toContain('component_gate_state{component="cache",gate="checks"} 1\n');
    const entries = (await readFile(history, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { atMs: number });
    expect(entries).toHaveLength(3);
    expect(out).toContain(`component_stage_since_seconds{component="cache"} ${(entries[2]?.atMs ?? 0) / 1_000}\n`);
  });

  it('says that a gate has no report, instead of passing or failing it', async () => {
    const { out } = await said('--metrics');
    expect(out).toContain('component_gate_state{component="router",gate="coverage"} 2\n');
    expect(out).not.toContain('component_coverage_ratio{');
  });

  it('serves the metrics until it is interrupted', async () => {
    await writeReports(75);
    const io = fakeIo({ env: {} });
    const running = runCli(['maturity', root, '--port', '0'], '1.2.3', io);
    await expect.poll(io.out).toMatch(/^http:/);
    const page = await fetch(io.out().trim());
    expect(await page.text()).toContain('component_stage{component="router"} 2\n');
    io.interrupt();
    expect(await running).toBe(1);
  });

  it.each([
    [
      'a report that is not one',
      () => write('coverage/coverage-summary.json', { a: 1 }),
      [],
      'is not a report of coverage',
    ],
    ['a report that is not JSON', () => write('coverage/tests.json', '{'), [], 'tests.json is not JSON'],
    [
      'a named report that is missing',
      () => write('a', ''),
      ['--checks', 'no.json'],
      'no.json cannot be read (ENOENT)',
    ],
    [
      'a history that is not one',
      () => write('h', '{}\n'),
      ['--history', 'h'],
      'line 1 of h is not an entry of a history',
    ],
    [
      'a stricter staging',
      () => write('a', ''),
      ['--staging-coverage', '0.9'],
      'must be at most --production-coverage',
    ],
  ])('refuses %s in one sentence', async (_what, prepare, args, sentence) => {
    await prepare();
    const inRoot = args.map((arg) => (arg === 'h' ? join(root, 'h') : arg));
    const { exitCode, err } = await said(...inRoot);
    expect({ exitCode, err: err.replaceAll(`${root}/`, '') }).toEqual({
      exitCode: 2,
      err: expect.stringContaining(sentence),
    });
  });
});
