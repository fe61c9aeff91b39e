import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export const MANIFEST_FILE = 'MANIFEST.json';

/** The same digests in the form that `sha256sum -c` reads. */
const SUMS_FILE = 'MANIFEST.sha256';

export type FileKind = 'tarball' | 'source' | 'test' | 'docs' | 'build' | 'other';

export interface ManifestEntry {
  /** Relative to the manifest, with `/` between folders. */
  readonly path: string;
  readonly kind: FileKind;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** The commit it was made from. */
  readonly commit: string;
  readonly counts: Readonly<Record<FileKind, number>>;
  readonly files: readonly ManifestEntry[];
}

/** What a file of an export is, by its path. */
export function kindOf(path: string): FileKind {
  if (path.endsWith('.tgz')) return 'tarball';
  if (path.endsWith('.test.ts')) return 'test';
  if (path.startsWith('dist/')) return 'build';
  if (path.endsWith('.md')) return 'docs';
  return path.endsWith('.ts') ? 'source' : 'other';
}

/** Every file below a folder except the manifest, its sums, and what an installation has put there, sorted by path. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== MANIFEST_FILE && path !== SUMS_FILE && !path.split('/').includes('node_modules'))
    .sort();
}

/** The manifest of a folder as it is. */
export async function makeManifest(
  folder: string,
  identity: Pick<Manifest, 'name' | 'version' | 'commit'>,
): Promise<Manifest> {
  const files: ManifestEntry[] = [];
  const counts: Record<FileKind, number> = { tarball: 0, source: 0, test: 0, docs: 0, build: 0, other: 0 };
  for (const path of await listFiles(folder)) {
    const content = await readFile(join(folder, path));
    const kind = kindOf(path);
    counts[kind] += 1;
    files.push({ path, kind, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
  }
  return { ...identity, counts, files };
}

/** Writes a manifest into its folder, and its digests for `sha256sum -c`. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  const lines = manifest.files.map(({ path, sha256 }) => `${sha256}  ${path}\n`);
  await writeFile(join(folder, SUMS_FILE), lines.join(''));
}

/** The manifest that a folder carries, or undefined when it carries none. */
export async function readManifestFile(folder: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')) as Manifest;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Which files of a folder are not as its manifest says: changed, missing or unknown to it. */
export async function strayFiles(folder: string, manifest: Manifest): Promise<string[]> {
  const present = await makeManifest(folder, manifest);
  const expected = new Map(manifest.files.map(({ path, sha256 }) => [path, sha256]));
  const strays = present.files.filter(({ path, sha256 }) => expected.get(path) !== sha256).map(({ path }) => path);
  const seen = new Set(present.files.map(({ path }) => path));
  return [...strays, ...[...expected.keys()].filter((path) => !seen.has(path))].sort();
}
