import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { run, type Supervision } from '../command.ts';
import { packPackage } from '../pack.ts';
import { publishedPackages, readManifest, root } from '../workspace.ts';
import { exportedManifest, TARBALLS } from './exported-package.ts';
import { exportedPath, PACKAGE_FOLDER, relocateLinks } from './relocate.ts';

/** The package that is exported, and the name of its folder. */
export const EXPORTED_PACKAGE = 'tta-observability-integration';

const TEST_CONFIGURATION = `import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Without its cache, which would lie in the workspace around this package.
  test: { include: ['test/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, fsModuleCache: false },
});
`;

/** The files of this project that an export takes: what git tracks and has a place there. */
export async function exportedFiles(): Promise<readonly string[]> {
  const tracked = (await run('git', ['ls-files', '-z'], { cwd: root })).split('\0').filter(Boolean);
  const places = new Map<string, string>();
  for (const path of tracked) {
    const place = exportedPath(path);
    // Of two files with one place, that of the package itself is taken.
    if (place !== undefined && (!places.has(place) || path.startsWith(`${PACKAGE_FOLDER}/`))) places.set(place, path);
  }
  return [...places.values()];
}

/** Packs every package into the folder of tarballs of an export. @returns the file names by the names of the packages */
export async function packAll(folder: string, supervision: Supervision): Promise<ReadonlyMap<string, string>> {
  const destination = join(folder, TARBALLS);
  await mkdir(destination, { recursive: true });
  const packages = await publishedPackages();
  const paths = await Promise.all(packages.map((published) => packPackage(published, destination, supervision)));
  return new Map(packages.map(({ manifest }, index) => [manifest.name, basename(paths[index] ?? '')]));
}

/** Writes everything of an export that is not packed: sources, what was built, tests, pages and examples. */
export async function writeFiles(folder: string, tarballs: ReadonlyMap<string, string>): Promise<void> {
  const files = await exportedFiles();
  const known = new Set(files);
  for (const path of files) await copyFile(path, join(folder, exportedPath(path) ?? path), known);
  await cp(join(root, PACKAGE_FOLDER, 'dist'), join(folder, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('.tsbuildinfo'),
  });
  const manifest = await readManifest(join(root, PACKAGE_FOLDER));
  const exported = exportedManifest({ manifest, developmentVersions: await developmentVersions(), tarballs });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(exported, null, 2)}\n`);
  await writeFile(join(folder, 'vitest.config.ts'), TEST_CONFIGURATION);
}

async function developmentVersions(): Promise<Readonly<Record<string, string>>> {
  const packages = (await publishedPackages()).map(({ manifest }) => manifest);
  const manifests = [...packages, await readManifest(root)];
  return Object.assign({}, ...manifests.map(({ devDependencies }) => devDependencies));
}

async function copyFile(path: string, destination: string, known: ReadonlySet<string>): Promise<void> {
  await mkdir(dirname(destination), { recursive: true });
  if (!path.endsWith('.md')) return cp(join(root, path), destination);
  await writeFile(destination, relocateLinks(path, await readFile(join(root, path), 'utf8'), known));
}

/** The tarballs of an export, by path. */
export async function tarballsOf(bundle: string): Promise<string[]> {
  const folder = join(bundle, TARBALLS);
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}
