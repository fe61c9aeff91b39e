import { describe, expect, it } from 'vitest';
import { run } from '../command.ts';
import { cleanCommit } from './clean-tree.ts';
import { ExportRefusal } from './refusal.ts';
import { type TemporaryFolder, temporaryFolder, writeFiles } from './temporary-folder.ts';

/** A git repository with one commit. */
async function repository(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder({ a: '1' });
  const git = (...parameters: string[]): Promise<string> => run('git', parameters, { cwd: folder.path });
  await git('init', '--quiet');
  await git('add', '.');
  await git('-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '--quiet', '--message', 'a');
  return folder;
}

describe('cleanCommit', () => {
  it('names the commit of a clean tree', async () => {
    await using folder = await repository();
    expect(await cleanCommit(folder.path)).toMatch(/^[0-9a-f]{40,64}$/);
  });

  it('refuses a changed tree in one sentence that names the change', async () => {
    await using folder = await repository();
    await writeFiles(folder.path, { a: '2', b: '1' });
    const refusal = cleanCommit(folder.path);
    await expect(refusal).rejects.toBeInstanceOf(ExportRefusal);
    await expect(refusal).rejects.toThrow(/not committed \(a and 1 more\): commit or stash them first\.$/);
  });

  it('refuses a folder that is not a repository', async () => {
    await using folder = await temporaryFolder();
    await expect(cleanCommit(folder.path)).rejects.toThrow(/is not a git repository/);
  });
});
