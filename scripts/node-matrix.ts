// Runs the tests on every major of Node.js that is supported: npm run test:matrix -- [MAJOR ...]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { npmIn, run } from './command.ts';
import { runTests } from './test-run.ts';

const MAJORS = ['22', '24', '26'];
const INSTALL_TIMEOUT_MS = 5 * 60_000;

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

/** Runs all tests on the newest release of a major. */
async function testOn(major: string): Promise<boolean> {
  const node = await install(major);
  const version = (await run(node, ['--version'], { cwd: folder })).trim();
  const env = { PATH: [dirname(node), process.env['PATH']].join(delimiter) };
  return runTests({ title: `Node.js ${version.slice(1)}`, node, env });
}

/** The npm package `node` brings the program of one release. */
async function install(major: string): Promise<string> {
  const home = join(folder, `node-${major}`);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await npmIn(folder, ['install', '--no-save', '--prefix', home, `node@${major}`], { timeoutMs: INSTALL_TIMEOUT_MS });
  return join(home, 'node_modules', 'node', 'bin', 'node');
}
