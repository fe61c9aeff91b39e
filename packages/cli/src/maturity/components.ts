import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { jsonIn } from './json-file.ts';

/** A package of a workspace. */
export interface Component {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[] | { readonly packages?: readonly string[] };
}

/** The packages of a workspace, or the package itself where there is no workspace. @throws UsageError if there is no package.json */
export async function componentsOf(root: string): Promise<readonly Component[]> {
  const manifest = await jsonIn<Manifest>(join(root, 'package.json'));
  const { workspaces = [] } = manifest;
  const patterns = 'packages' in workspaces ? (workspaces.packages ?? []) : (workspaces as readonly string[]);
  const components: Component[] = [];
  for await (const path of glob(
    patterns.map((pattern) => join(pattern, 'package.json')),
    { cwd: root },
  )) {
    const { name } = JSON.parse(await readFile(join(root, path), 'utf8')) as Manifest;
    components.push({ name: name ?? dirname(path), folder: join(root, dirname(path)) });
  }
  if (components.length === 0 && patterns.length > 0) throw new UsageError(`${root} has no package in its workspaces`);
  if (patterns.length === 0) components.push({ name: manifest.name ?? root, folder: root });
  return components.toSorted((one, other) => one.name.localeCompare(other.name));
}
