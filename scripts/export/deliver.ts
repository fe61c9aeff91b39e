import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { npmIn } from '../command.ts';
import { replaceFolder } from './replace-folder.ts';

/**
 * Puts an export into a folder of another workspace, once its tests have passed right beside that folder.
 *
 * Packages for the tests are installed into the copy alone, and removed again: neither the workspace's lockfile nor its
 * `node_modules` is touched.
 */
export async function deliver(bundle: string, folder: string, signal: AbortSignal): Promise<void> {
  await replaceFolder(bundle, folder, {
    signal,
    verify: async (copy) => {
      await npmIn(copy, ['install', '--no-workspaces', '--no-package-lock'], { signal });
      await npmIn(copy, ['test', '--no-workspaces'], { signal, timeoutMs: 600_000 });
      await rm(join(copy, 'node_modules'), { recursive: true, force: true });
    },
  });
}
