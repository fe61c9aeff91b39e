import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSink } from './file-sink.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routing-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

describe('a file sink', () => {
  it('appends to a file that only its owner can read', async () => {
    const path = join(folder, 'log');
    const sink = fileSink({ path });
    await sink.write('a\n');
    await sink.close?.();
    await sink.write('b\n');
    await sink.close?.();
    expect(await read('log')).toBe('a\nb\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('puts a full file aside, and keeps as many as it may', async () => {
    const sink = fileSink({ path: join(folder, 'log'), maxBytes: 4, keep: 2 });
    for (const line of ['aaa\n', 'bbb\n', 'ccc\n', 'ddd\n']) await sink.write(line);
    await sink.close?.();
    expect((await readdir(folder)).sort()).toEqual(['log', 'log.1', 'log.2']);
    expect([await read('log'), await read('log.1'), await read('log.2')]).toEqual(['ddd\n', 'ccc\n', 'bbb\n']);
  });

  it('puts a file aside that was full before it was opened, and none where none is kept', async () => {
    await appendFile(join(folder, 'log'), 'before\n');
    const sink = fileSink({ path: join(folder, 'log'), maxBytes: 4, keep: 0 });
    await sink.write('a\n');
    await sink.close?.();
    expect(await readdir(folder)).toEqual(['log']);
    expect(await read('log')).toBe('a\n');
  });

  it('ends a line that was torn before', async () => {
    await appendFile(join(folder, 'log'), '{"torn');
    const sink = fileSink({ path: join(folder, 'log') });
    await sink.write('{}\n');
    await sink.close?.();
    expect(await read('log')).toBe('{"torn\n{}\n');
  });

  it('fails where it cannot write, and writes once it can', async () => {
    const sink = fileSink({ path: join(folder, 'none', 'log') });
    await expect(sink.write('a\n')).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(join(folder, 'none'));
    await sink.write('b\n');
    await sink.close?.();
    expect(await read('none/log')).toBe('b\n');
  });

  it('refuses options that cannot be', () => {
    expect(() => fileSink({ path: '' })).toThrow('fileSink: path must be the name of a file');
    expect(() => fileSink({ path: 'x', maxBytes: 0 })).toThrow('fileSink: maxBytes must be a number at least 1');
  });
});
