import { glob, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
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
 * Where a package goes in an npm workspace.
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
  const patterns = workspacePatterns(await manifestOf(workspace, target));
  if (patterns.length === 0) {
    throw new ExportRefusal(`${target} is not an npm workspace: its package.json names no "workspaces".`);
  }
  const place = patterns.map((pattern) => placeFor(pattern, name)).find((found) => found !== undefined);
  if (place === undefined) {
    throw new ExportRefusal(`${target} has no place for a new package: none of its "workspaces" ends in "/*".`);
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
    const reason = error instanceof SyntaxError ? 'its package.json is no JSON' : 'it has no readable package.json';
    throw new ExportRefusal(`${target} is not an npm workspace: ${reason}.`, { cause: error });
  }
}

function workspacePatterns({ workspaces }: PackageManifest): readonly string[] {
  const patterns = Array.isArray(workspaces) ? workspaces : (workspaces as { packages?: readonly string[] })?.packages;
  return (patterns ?? []).filter((pattern: unknown) => typeof pattern === 'string' && !pattern.startsWith('!'));
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
    throw new ExportRefusal(`${folder} holds something that no earlier export has put there.`);
  }
  const [first, ...others] = await strayFiles(folder, manifest);
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  throw new ExportRefusal(`${folder} was changed since it was exported (${first}${more}): keep or undo that first.`);
}
