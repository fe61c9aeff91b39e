import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { npmIn } from '../command.ts';
import type { Lifetime } from '../lifetime/lifetime.ts';
import { countTests, type TestReport } from '../test-counts.ts';
import { tarballsOf } from './bundle.ts';
import { replaceFolder } from './replace-folder.ts';

const REPORT = 'node_modules/test-report.json';

/**
 * Puts an export into a folder of another workspace after its tests have passed beside that folder.
 *
 * Packages for the tests are installed into the copy alone and removed again: the workspace's lockfile and `node_modules` stay as they are.
 *
 * @returns how many tests have passed
 */
export async function deliver(bundle: string, folder: string, lifetime: Lifetime): Promise<number> {
  let passed = 0;
  await replaceFolder(bundle, folder, {
    signal: lifetime.supervision.signal,
    guard: lifetime.guard,
    verify: async (copy) => {
      const primitives = (await tarballsOf(copy)).filter((path) => path.includes('tta-dev-primitives'));
      const flags = ['--no-workspaces', '--no-package-lock', '--no-save'];
      await npmIn(copy, ['install', ...flags, ...primitives], lifetime.supervision);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
      await npmIn(copy, ['test', '--no-workspaces', '--', ...reporters], { ...lifetime.supervision, quietMs: 120_000 });
      passed = countTests(JSON.parse(await readFile(join(copy, REPORT), 'utf8')) as TestReport).passed;
      await rm(join(copy, 'node_modules'), { recursive: true, force: true });
    },
  });
  return passed;
}
