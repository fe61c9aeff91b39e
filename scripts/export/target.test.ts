import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MANIFEST_FILE, makeManifest } from './manifest.ts';
import { ExportRefusal } from './refusal.ts';
import { folderInTarget } from './target.ts';
import { temporaryFolder, writeFiles } from './temporary-folder.ts';

const NAME = 'tta-observability-integration';
const SOURCE = '/somewhere/else';
const workspace = (workspaces: unknown): string => JSON.stringify({ name: 'target', version: '1.0.0', workspaces });

async function refusalOf(target: string, source = SOURCE): Promise<string> {
  const error = await folderInTarget(target, NAME, source).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ExportRefusal);
  return (error as ExportRefusal).message;
}

describe('folderInTarget', () => {
  it.each([
    ['a folder of packages', ['apps/web', 'packages/*'], `packages/${NAME}`],
    ['packages at any depth', ['libs/**'], `libs/${NAME}`],
    ['the very folder by name', [`tools/${NAME}`], `tools/${NAME}`],
    ['the older form of workspaces', { packages: ['./packages/*'] }, `packages/${NAME}`],
  ])('takes %s', async (_, workspaces, expected) => {
    await using target = await temporaryFolder({ 'package.json': workspace(workspaces) });
    expect(await folderInTarget(target.path, NAME, SOURCE)).toBe(target.in(expected));
  });

  it('takes a pnpm workspace, whose file names the packages', async () => {
    await using target = await temporaryFolder({
      'package.json': '{}',
      'pnpm-workspace.yaml': "packages:\n  - 'libs/*'\n  - '!libs/old'\n",
    });
    expect(await folderInTarget(target.path, NAME, SOURCE)).toBe(target.in(`libs/${NAME}`));
  });

  it('takes a folder that an earlier export wrote and that is unchanged', async () => {
    await using target = await temporaryFolder({ 'package.json': workspace(['packages/*']) });
    const folder = target.in(`packages/${NAME}`);
    await writeFiles(folder, { 'src/index.ts': 'export {};\n', 'node_modules/a/index.js': '' });
    const manifest = await makeManifest(folder, { name: NAME, version: '1.0.0', commit: 'c' });
    await writeFiles(folder, { [MANIFEST_FILE]: JSON.stringify(manifest) });
    expect(await folderInTarget(target.path, NAME, SOURCE)).toBe(folder);

    await writeFiles(folder, { 'src/index.ts': 'export const mine = 1;\n' });
    expect(await refusalOf(target.path)).toMatch(/was changed since it was exported \(src\/index\.ts\)/);
  });

  it('refuses a path that is not a folder', async () => {
    await using target = await temporaryFolder({ file: '' });
    expect(await refusalOf(target.in('file'))).toMatch(/is not a folder/);
    expect(await refusalOf(target.in('missing'))).toMatch(/is not a folder/);
  });

  it.each([
    ['without a package.json', {}, /no readable package\.json/],
    ['with a broken package.json', { 'package.json': '{' }, /is not JSON/],
    [
      'without workspaces',
      { 'package.json': workspace(undefined) },
      /is not a workspace: its package\.json has no "workspaces"/,
    ],
    [
      'with a broken pnpm-workspace.yaml',
      { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages: [' },
      /is not YAML/,
    ],
    ['with an empty pnpm-workspace.yaml', { 'package.json': '{}', 'pnpm-workspace.yaml': '' }, /is not a workspace/],
    ['without room for one more', { 'package.json': workspace(['apps/web', '!apps/*']) }, /has no place/],
  ])('refuses a folder %s', async (_, files, sentence) => {
    await using target = await temporaryFolder(files);
    expect(await refusalOf(target.path)).toMatch(sentence);
  });

  it('refuses a place that holds something else', async () => {
    await using target = await temporaryFolder({ 'package.json': workspace(['packages/*']) });
    await mkdir(target.in(`packages/${NAME}`), { recursive: true });
    expect(await refusalOf(target.path)).toMatch(/no earlier export put there/);
  });

  it('refuses a workspace that has a package of that name elsewhere', async () => {
    await using target = await temporaryFolder({
      'package.json': workspace(['packages/*']),
      'packages/other/package.json': JSON.stringify({ name: NAME, version: '9.9.9' }),
    });
    expect(await refusalOf(target.path)).toMatch(/packages\/other is already a package called/);
  });

  it('refuses this project, a folder that contains it, and a folder inside it', async () => {
    await using target = await temporaryFolder({ 'package.json': workspace(['packages/*']) });
    expect(await refusalOf(target.path, target.path)).toMatch(/this project/);
    expect(await refusalOf(target.path, target.in('sub/project'))).toMatch(/this project/);
    await mkdir(target.in('sub'));
    expect(await refusalOf(target.in('sub'), target.path)).toMatch(/this project/);
  });
});
