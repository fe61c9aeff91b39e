import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { replaceFolder } from './replace-folder.ts';
import { readFiles, temporaryFolder } from './temporary-folder.ts';

const NEW = { 'new/a.txt': 'a2', 'new/sub/c.txt': 'c2' };
const OLD = { 'ws/packages/p/a.txt': 'a1', 'ws/packages/p/b.txt': 'b1', 'ws/package.json': '{}' };
const PROGRAM = `
  const { replaceFolder } = await import(process.argv[1]);
  setInterval(() => {}, 1_000);
  await replaceFolder(process.argv[2], process.argv[3], {
    verify: () => { console.log('copied'); return new Promise(() => {}); },
  });
`;

/** A process that has made its copy and is then killed. */
async function killedHalfway(source: string, folder: string): Promise<void> {
  const module = `${import.meta.dirname}/replace-folder.ts`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, module, source, folder]);
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('replaceFolder', () => {
  it('puts a copy where nothing was, with the folders above it', async () => {
    await using temporary = await temporaryFolder(NEW);
    await replaceFolder(temporary.in('new'), temporary.in('ws/packages/p'));
    expect(await readFiles(temporary.in('ws'))).toEqual({ 'packages/p/a.txt': 'a2', 'packages/p/sub/c.txt': 'c2' });
  });

  it('leaves nothing of the old content', async () => {
    await using temporary = await temporaryFolder({ ...NEW, ...OLD });
    await replaceFolder(temporary.in('new'), temporary.in('ws/packages/p'));
    expect(await readFiles(temporary.in('ws/packages'))).toEqual({ 'p/a.txt': 'a2', 'p/sub/c.txt': 'c2' });
    expect(await readdir(temporary.in('ws/packages'))).toEqual(['p']);
  });

  it('leaves everything as it was when the verification fails', async () => {
    await using temporary = await temporaryFolder({ ...NEW, ...OLD });
    const before = await readFiles(temporary.in('ws'));
    const failing = replaceFolder(temporary.in('new'), temporary.in('ws/packages/p'), {
      verify: () => Promise.reject(new Error('tests failed')),
    });
    await expect(failing).rejects.toThrow('tests failed');
    expect(await readFiles(temporary.in('ws'))).toEqual(before);
  });

  it('takes the folders above away again when it made them in vain', async () => {
    await using temporary = await temporaryFolder({ ...NEW, 'ws/package.json': '{}' });
    const failing = replaceFolder(temporary.in('new'), temporary.in('ws/packages/p'), {
      verify: () => Promise.reject(new Error('tests failed')),
    });
    await expect(failing).rejects.toThrow('tests failed');
    expect(await readdir(temporary.in('ws'))).toEqual(['package.json']);
  });

  it('leaves everything as it was when it is aborted in the middle of the copy', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`new/${index}.txt`, `${index}`]));
    await using temporary = await temporaryFolder({ ...many, ...OLD });
    const before = await readFiles(temporary.in('ws'));
    const controller = new AbortController();
    const reason = new Error('interrupted');
    let wasVerified = false;
    const aborted = replaceFolder(temporary.in('new'), temporary.in('ws/packages/p'), {
      signal: controller.signal,
      verify: async () => {
        wasVerified = true;
      },
    });
    while ((await readdir(temporary.in('ws/packages'))).length === 1) await new Promise(setImmediate);
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    expect(wasVerified).toBe(false);
    expect(await readFiles(temporary.in('ws'))).toEqual(before);
  });

  it('leaves everything as it was when it is aborted while the copy is verified', async () => {
    await using temporary = await temporaryFolder({ ...NEW, ...OLD });
    const before = await readFiles(temporary.in('ws'));
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const aborted = replaceFolder(temporary.in('new'), temporary.in('ws/packages/p'), {
      signal: controller.signal,
      verify: async () => controller.abort(reason),
    });
    await expect(aborted).rejects.toBe(reason);
    expect(await readFiles(temporary.in('ws'))).toEqual(before);
  });

  it('leaves the folder as it was when its process is killed, and clears the rest the next time', async () => {
    await using temporary = await temporaryFolder({ ...NEW, ...OLD });
    const before = await readFiles(temporary.in('ws/packages/p'));
    await killedHalfway(temporary.in('new'), temporary.in('ws/packages/p'));
    expect(await readFiles(temporary.in('ws/packages/p'))).toEqual(before);
    await replaceFolder(temporary.in('new'), temporary.in('ws/packages/p'));
    expect(await readdir(temporary.in('ws/packages'))).toEqual(['p']);
  });

  it('puts back what a process killed between its two renames had moved away', async () => {
    await using temporary = await temporaryFolder({ ...NEW, 'ws/packages/.p.previous-999999999/a.txt': 'a1' });
    const failing = replaceFolder(temporary.in('new'), temporary.in('ws/packages/p'), {
      verify: () => Promise.reject(new Error('tests failed')),
    });
    await expect(failing).rejects.toThrow('tests failed');
    expect(await readFiles(temporary.in('ws/packages'))).toEqual({ 'p/a.txt': 'a1' });
  });

  it('does not touch neighbours with similar names', async () => {
    await using temporary = await temporaryFolder(NEW);
    const neighbours = ['.p.incoming-x', '.p2.incoming-999999999', 'p.previous-999999999'];
    for (const name of neighbours) await mkdir(temporary.in(`ws/${name}`), { recursive: true });
    await replaceFolder(temporary.in('new'), temporary.in('ws/p'));
    expect((await readdir(temporary.in('ws'))).sort()).toEqual([...neighbours, 'p'].sort());
  });
});
