import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { run } from '../command.ts';
import { packPackage } from '../pack.ts';
import { publishedPackages, readManifest, root } from '../workspace.ts';
import { exportedManifest, importedPackages, TARBALLS } from './exported-package.ts';
import { MANIFEST_FILE, type Manifest, makeManifest } from './manifest.ts';
import { exportedPath, PACKAGE_FOLDER, relocate, TEST_HELPERS } from './relocate.ts';

/** The package that is exported, and the name of its folder. */
export const EXPORTED_PACKAGE = 'tta-observability-integration';

const EXPORTED_FILES: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'LICENSE',
  'docs',
  'examples',
  TEST_HELPERS,
  `${PACKAGE_FOLDER}/src`,
  `${PACKAGE_FOLDER}/CHANGELOG.md`, // in place of the root's, once there has been a release
];

const TEST_CONFIGURATION = `import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Without its cache, which would lie in the workspace around this package.
  test: { include: ['src/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, fsModuleCache: false },
});
`;

/** Builds every package; the build begins from nothing, so that no file of a deleted source is packed. */
export async function buildPackages(signal: AbortSignal): Promise<void> {
  await run('npm', ['run', 'build'], { cwd: root, signal });
}

/** Writes the whole export into an empty folder. */
export async function writeBundle(folder: string, commit: string): Promise<Manifest> {
  const tarballs = await packAll(join(folder, TARBALLS));
  const imports = await copyFiles(folder);
  await cp(join(root, PACKAGE_FOLDER, 'dist'), join(folder, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('.tsbuildinfo'),
  });
  const [manifest, project] = await Promise.all([readManifest(join(root, PACKAGE_FOLDER)), readManifest(root)]);
  const projectDevDependencies = project.devDependencies ?? {};
  await writeJson(
    join(folder, 'package.json'),
    exportedManifest({ manifest, projectDevDependencies, tarballs, imports }),
  );
  await writeFile(join(folder, 'vitest.config.ts'), TEST_CONFIGURATION);
  const made = await makeManifest(folder, { name: manifest.name, version: manifest.version, commit });
  await writeJson(join(folder, MANIFEST_FILE), made);
  return made;
}

/** @returns the file name of each package's tarball, by the name of the package */
async function packAll(folder: string): Promise<ReadonlyMap<string, string>> {
  await mkdir(folder, { recursive: true });
  const packages = await publishedPackages();
  const paths = await Promise.all(packages.map((published) => packPackage(published, folder)));
  return new Map(packages.map(({ manifest }, index) => [manifest.name, basename(paths[index] ?? '')]));
}

/** Copies what git tracks. @returns the packages that its TypeScript imports */
async function copyFiles(folder: string): Promise<ReadonlySet<string>> {
  const tracked = (await run('git', ['ls-files', '-z', '--', ...EXPORTED_FILES], { cwd: root })).split('\0');
  const imports = new Set<string>();
  for (const path of tracked) {
    const destination = path === '' ? undefined : exportedPath(path);
    if (destination === undefined) continue;
    const target = join(folder, destination);
    await mkdir(dirname(target), { recursive: true });
    if (!/\.(ts|md)$/.test(path)) {
      await cp(join(root, path), target);
      continue;
    }
    const text = await readFile(join(root, path), 'utf8');
    if (path.endsWith('.ts')) for (const name of importedPackages(text)) imports.add(name);
    await writeFile(target, relocate(path, text));
  }
  return imports;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** The tarballs of an export, by path. */
export async function tarballsOf(bundle: string): Promise<string[]> {
  const folder = join(bundle, TARBALLS);
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}
