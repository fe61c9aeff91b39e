import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from './command.ts';
import { countTests, namesOfFailed, reportOf } from './test-counts.ts';
import { root } from './workspace.ts';

/** Without an end of a test file in so long, the tests hang. A slow machine takes longer in all, and is waited for. */
const QUIET_MS = 10 * 60_000;

export interface TestRun {
  /** What the line of this run begins with. */
  readonly title: string;
  /** The program of Node.js. @defaultValue the one that runs this */
  readonly node?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Parameters for Vitest: files or options that choose tests. @defaultValue all tests */
  readonly parameters?: readonly string[];
}

/** Runs the tests, and prints one line with the counts, and one more for each test that failed. @returns whether all passed */
export async function runTests({
  title,
  node = process.execPath,
  env = {},
  parameters = [],
}: TestRun): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'tta-test-run-'));
  try {
    const report = join(folder, 'report.jsonl');
    const { exitCode, stderr, isStopped } = await runToEnd(
      node,
      ['node_modules/vitest/vitest.mjs', 'run', '--reporter=./scripts/module-reporter.ts', ...parameters],
      { cwd: root, env: { ...env, TEST_REPORT: report }, quietMs: QUIET_MS },
    );
    const text = await readFile(report, 'utf8').catch(() => undefined);
    if (text === undefined) {
      throw new Error(`the tests ended with exit code ${exitCode} and without a report\n${stderr.trim()}`);
    }
    const results = reportOf(text);
    const { passed, failed } = countTests(results);
    const stopped = `; stopped, because no test file ended for ${QUIET_MS / 60_000} minutes`;
    const hint = isStopped ? stopped : exitCode !== 0 && failed === 0 ? `, and exit code ${exitCode}` : '';
    console.log(`${title}: ${passed} passed, ${failed} failed${hint}`);
    for (const name of namesOfFailed(results)) console.log(`  ${name}`);
    return exitCode === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
