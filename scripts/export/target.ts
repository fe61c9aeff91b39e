import { glob, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { type PackageManifest, readManifest } from '../workspace.ts';
import { readManifestFile, strayFiles } from './manifest.ts';
import { ExportRefusal } from './refusal.ts';

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Where a package goes in an npm, pnpm or yarn workspace.
 *
 * @returns the path of its folder there, which need not exist
 * @throws ExportRefusal if the target is unfit, in one sentence
 */
export async function folderInTarget(target: string, name: string, source: string): Promise<string> {
  const workspace = resolve(target);
  if (!(await isFolder(workspace))) throw new ExportRefusal(`${target} is not a folder.`);
  if (!relative(workspace, source).startsWith('..') || !relative(source, workspace).startsWith('..')) {
    throw new ExportRefusal(`${target} contains this project or lies in it, and cannot be its target.`);
  }
  const manifest = await manifestOf(workspace, target);
  const patterns = (await pnpmPatterns(workspace, target)) ?? workspacePatterns(manifest.workspaces);
  if (patterns.length === 0) {
    throw new ExportRefusal(
      `${target} is not a workspace: its package.json has no "workspaces" (npm, yarn), and there is no pnpm-workspace.yaml with "packages".`,
    );
  }
  const place = patterns.map((pattern) => placeFor(pattern, name)).find((found) => found !== undefined);
  if (place === undefined) {
    throw new ExportRefusal(`${target} has no place for a new package: none of its workspace patterns ends in "/*".`);
  }
  const folder = join(workspace, place);
  await refuseNamesake(workspace, patterns, folder, name);
  await refuseForeignContent(folder, name);
  return folder;
}

async function manifestOf(workspace: string, target: string): Promise<PackageManifest> {
  try {
    return await readManifest(workspace);
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'its package.json is not JSON' : 'it has no readable package.json';
    throw new ExportRefusal(`${target} is not a workspace: ${reason}.`, { cause: error });
  }
}

/** The patterns of a pnpm workspace; undefined if pnpm has none here. */
async function pnpmPatterns(workspace: string, target: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(workspace, 'pnpm-workspace.yaml'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return workspacePatterns(parse(text) as WorkspaceField);
  } catch (error) {
    throw new ExportRefusal(`${target} has a pnpm-workspace.yaml that is not YAML.`, { cause: error });
  }
}

type WorkspaceField = PackageManifest['workspaces'] | null;

function workspacePatterns(workspaces: WorkspaceField): readonly string[] {
  const patterns = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { packages?: unknown } | undefined)?.packages;
  if (!Array.isArray(patterns)) return [];
  return patterns.filter(
    (pattern: unknown): pattern is string => typeof pattern === 'string' && !pattern.startsWith('!'),
  );
}

function placeFor(pattern: string, name: string): string | undefined {
  const plain = pattern.replace(/^\.\//, '').replace(/\/$/, '');
  if (plain === name || plain.endsWith(`/${name}`)) return plain;
  return /^[^*]+\/\*\*?$/.test(plain) ? join(dirname(plain), name) : undefined;
}

async function refuseNamesake(
  workspace: string,
  patterns: readonly string[],
  folder: string,
  name: string,
): Promise<void> {
  for await (const member of glob([...patterns], { cwd: workspace, exclude: ['**/node_modules/**'] })) {
    const path = join(workspace, member);
    if (path === folder) continue;
    const manifest = await readManifest(path).catch(() => undefined); // what is no package cannot be a namesake
    if (manifest?.name === name) throw new ExportRefusal(`${path} is already a package called ${name}.`);
  }
}

async function refuseForeignContent(folder: string, name: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined)) === undefined) return;
  const manifest = await readManifestFile(folder);
  if (manifest?.name !== name) {
    throw new ExportRefusal(`${folder} holds something that no earlier export put there.`);
  }
  const [first, ...others] = await strayFiles(folder, manifest);
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  throw new ExportRefusal(`${folder} was changed since it was exported (${first}${more}): keep or undo that first.`);
}
