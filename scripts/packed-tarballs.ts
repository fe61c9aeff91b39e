// Builds and packs every package, once for all tests of packed installs. A build while tests run would remove the page that they serve.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { run } from './command.ts';
import { packPackage } from './pack.ts';
import { publishedPackages, root } from './workspace.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The path of the tarball of each package, by the name of the package. */
    tarballs: Readonly<Record<string, string>>;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tta-tarballs-'));
  await run('npm', ['run', 'build'], { cwd: root });
  const packages = await publishedPackages();
  const tarballs = packages.map(async (published) => [published.manifest.name, await packPackage(published, folder)]);
  project.provide('tarballs', Object.fromEntries(await Promise.all(tarballs)));
  return () => rm(folder, { recursive: true, force: true });
}
