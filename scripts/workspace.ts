import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from './shape/source-text.ts';

/** The part of a package.json that the scripts read. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: unknown;
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[] | { readonly packages?: readonly string[] };
}

export interface WorkspacePackage {
  /** Its folder, relative to the root: `packages/primitives`. */
  readonly folder: string;
  readonly manifest: PackageManifest;
}

/** The root of the project. */
export const root: string = join(import.meta.dirname, '..');

/** The files of the project that match a pattern, in the order of their paths. */
export async function filesOf(pattern: string | readonly string[]): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for await (const path of glob(pattern, { cwd: root })) {
    files.push({ path, text: await readFile(join(root, path), 'utf8') });
  }
  return files.sort((a, b) => a.path.localeCompare(b.path));
}

export async function readManifest(folder: string): Promise<PackageManifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageManifest;
}

/** The packages that are published, each after those it depends on. */
export async function publishedPackages(): Promise<readonly WorkspacePackage[]> {
  const folders = ['primitives', 'observability', 'evaluation', 'conformance', 'dashboard', 'cli'].map(
    (name) => `packages/${name}`,
  );
  const packages = await Promise.all(
    folders.map(async (folder) => ({ folder, manifest: await readManifest(join(root, folder)) })),
  );
  return packages.filter(({ manifest }) => manifest.private !== true);
}
