import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { npmIn } from '../command.ts';
import { countTests, type TestReport } from '../test-counts.ts';
import { tarballsOf } from './bundle.ts';
import { replaceFolder } from './replace-folder.ts';

const REPORT = 'node_modules/test-report.json';

/**
 * Puts an export into a folder of another workspace, once its tests have passed right beside that folder.
 *
 * Packages for the tests are installed into the copy alone, and removed again: neither the workspace's lockfile nor its
 * `node_modules` is touched.
 *
 * @returns how many tests have passed
 */
export async function deliver(bundle: string, folder: string, signal: AbortSignal): Promise<number> {
  let passed = 0;
  await replaceFolder(bundle, folder, {
    signal,
    verify: async (copy) => {
      // All tarballs, because those that the tests want depend on this very package, which no registry has to have.
      const tarballs = await tarballsOf(copy);
      await npmIn(copy, ['install', '--no-workspaces', '--no-package-lock', '--no-save', ...tarballs], { signal });
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
      await npmIn(copy, ['test', '--no-workspaces', '--', ...reporters], { signal, quietMs: 300_000 });
      passed = countTests(JSON.parse(await readFile(join(copy, REPORT), 'utf8')) as TestReport).passed;
      await rm(join(copy, 'node_modules'), { recursive: true, force: true });
    },
  });
  return passed;
}
