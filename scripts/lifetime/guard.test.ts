import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { readFiles, type TemporaryFolder, temporaryFolder } from '../export/temporary-folder.ts';

const GUARD = `const { startGuard } = await import(${JSON.stringify(`${import.meta.dirname}/guard.ts`)}); const guard = startGuard();`;

/** A process with a guard: it does some work, says so, and waits. */
async function guarded(code: string, folder: TemporaryFolder) {
  const program = `${GUARD} ${code}; console.log('ready'); setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: folder.path });
  await once(child.stdout, 'data');
  return child;
}

async function killed(code: string, folder: TemporaryFolder): Promise<void> {
  const child = await guarded(code, folder);
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('a guard, when its process was killed', () => {
  it('removes the folders that its process worked in', async () => {
    await using folder = await temporaryFolder({ 'work/a': '1', 'other/b': '2' });
    await killed(`guard.remove('${folder.in('work')}')`, folder);
    await vi.waitFor(async () => expect(await readdir(folder.path)).toEqual(['other']), { timeout: 60_000 });
  });

  it('moves a folder back whose place is empty', async () => {
    await using folder = await temporaryFolder({ '.p.previous/a': '1' });
    const [from, to] = [folder.in('.p.previous'), folder.in('p')];
    await killed(`guard.restore('${from}', '${to}'); guard.remove('${from}')`, folder);
    await vi.waitFor(async () => expect(await readFiles(folder.path)).toEqual({ 'p/a': '1' }), { timeout: 60_000 });
  });

  it('leaves a folder whose place was taken, and removes what was moved away', async () => {
    await using folder = await temporaryFolder({ '.p.previous/a': '1', 'p/a': '2' });
    const [from, to] = [folder.in('.p.previous'), folder.in('p')];
    await killed(`guard.restore('${from}', '${to}'); guard.remove('${from}')`, folder);
    await vi.waitFor(async () => expect(await readFiles(folder.path)).toEqual({ 'p/a': '2' }), { timeout: 60_000 });
  });

  it('removes folders that were made in vain, up to the topmost, and no folder in use', async () => {
    await using folder = await temporaryFolder({ 'used/a': '1' });
    await mkdir(folder.in('made/below'), { recursive: true });
    await killed(
      `guard.prune('${folder.in('made/below')}', '${folder.in('made')}'); guard.prune('${folder.in('used')}', '${folder.in('used')}')`,
      folder,
    );
    await vi.waitFor(async () => expect(await readdir(folder.path)).toEqual(['used']), { timeout: 60_000 });
  });

  it('ends the commands that still run, and none that has ended', async () => {
    await using folder = await temporaryFolder();
    const running = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { detached: true });
    const released = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { detached: true });
    const ended = once(running, 'exit');
    await killed(`guard.end(${running.pid}); guard.end(${released.pid})()`, folder);
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(released.exitCode ?? released.signalCode).toBeNull();
    released.kill('SIGKILL');
  });
});
