// Runs the tests on every major of Node.js that is supported: npm run test:matrix -- [MAJOR ...]
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { npmIn, run, runToEnd } from './command.ts';
import { countTests, namesOfFailed, reportOf } from './test-counts.ts';
import { root } from './workspace.ts';

const MAJORS = ['22', '24', '26'];
const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** Without an end of a test file in so long, the tests hang. A slow machine takes longer in all, and is waited for. */
const QUIET_MS = 10 * 60_000;

const chosen = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'tta-matrix-'));
try {
  for (const major of chosen.length > 0 ? chosen : MAJORS) {
    const isGreen = await testOn(major).catch((error: Error) => {
      console.log(`Node.js ${major}: ${error.message}`);
      return false;
    });
    if (!isGreen) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Runs all tests on the newest release of a major, and prints one line, and one more for each test that failed. */
async function testOn(major: string): Promise<boolean> {
  const node = await install(major);
  const version = (await run(node, ['--version'], { cwd: folder })).trim();
  const report = join(folder, `${major}.jsonl`);
  const { exitCode, stderr, isStopped } = await runToEnd(
    node,
    ['node_modules/vitest/vitest.mjs', 'run', '--reporter=./scripts/module-reporter.ts'],
    {
      cwd: root,
      env: { PATH: [dirname(node), process.env['PATH']].join(delimiter), TEST_REPORT: report },
      quietMs: QUIET_MS,
    },
  );
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new Error(`the tests ended with exit code ${exitCode} and without a report\n${stderr.trim()}`);
  }
  const results = reportOf(text);
  const { passed, failed } = countTests(results);
  const stopped = `; stopped, because no test file ended for ${QUIET_MS / 60_000} minutes`;
  const hint = isStopped ? stopped : exitCode !== 0 && failed === 0 ? `, and exit code ${exitCode}` : '';
  console.log(`Node.js ${version.slice(1)}: ${passed} passed, ${failed} failed${hint}`);
  for (const name of namesOfFailed(results)) console.log(`  ${name}`);
  return exitCode === 0;
}

/** The npm package `node` brings the program of one release. */
async function install(major: string): Promise<string> {
  const home = join(folder, `node-${major}`);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await npmIn(folder, ['install', '--no-save', '--prefix', home, `node@${major}`], { timeoutMs: INSTALL_TIMEOUT_MS });
  return join(home, 'node_modules', 'node', 'bin', 'node');
}
