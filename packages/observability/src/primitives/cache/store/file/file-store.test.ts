import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storeConformance } from 'tta-conformance';
import { manualClock } from 'tta-dev-primitives/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CachePrimitive } from '../../cache-primitive.ts';
import type { CacheStore } from '../store.ts';
import { type FileStoreOptions, fileStore } from './file-store.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'tta-file-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
let path = '';

beforeEach(() => {
  files += 1;
  path = join(folder, `${files}.db`);
});

/** As the default, but for a machine that is busy with other things. */
function open(options: Partial<FileStoreOptions> = {}): CacheStore {
  return fileStore({ path, deadlineMs: 5_000, writeDeadlineMs: 5_000, ...options });
}

describe('fileStore', () => {
  const clock = manualClock();
  const offers = ['atomic', 'getMany', 'getBytes', 'entries'] as const;
  const make = () => open({ clock });
  for (const { title, run } of storeConformance({ make, makePeer: make, wait: clock.advance, offers })) it(title, run);

  it('keeps values from one process to the next', async () => {
    const first = open();
    await first.set('k', 'value', HOUR_MS);
    await first.close();
    const second = open();
    expect((await second.get('k'))?.value).toBe('value');
    await second.close();
  });

  it('keeps what a process had stored that ended without closing it', async () => {
    const script = `
      import { fileStore } from ${JSON.stringify(new URL('../../../index.ts', import.meta.url).href)};
      const store = fileStore({ path: process.argv[1], deadlineMs: 5_000 });
      await store.set('k', 'value', 3_600_000);
      process.kill(process.pid, 'SIGKILL');
    `;
    await end(script);
    const store = open();
    expect((await store.get('k'))?.value).toBe('value');
    await store.close();
  });

  it('makes nothing before it is used, and its file and folder for their owner then', async () => {
    path = join(folder, `${files}`, 'deep', 'cache.db');
    const store = open();
    expect(existsSync(path)).toBe(false);
    await store.set('k', 'value', HOUR_MS);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it('keeps to its bytes, and to what was used last, known to a minute', async () => {
    const store = open({ clock, maxBytes: 20_000 });
    for (let index = 0; index < 10; index += 1) {
      await store.set(`k${index}`, 'x'.repeat(1_000), HOUR_MS);
      await clock.advance(1_000);
    }
    await clock.advance(2 * MINUTE_MS);
    expect((await store.get('k0'))?.value).toBeDefined();
    for (let index = 10; index < 25; index += 1) await store.set(`k${index}`, 'x'.repeat(1_000), HOUR_MS);
    const kept: string[] = [];
    for await (const { key } of store.entries?.('k') ?? []) kept.push(key);
    expect(kept.length).toBeGreaterThanOrEqual(14);
    expect(kept.length).toBeLessThanOrEqual(17);
    expect(kept).toContain('k0');
    expect(kept).toContain('k24');
    expect(kept).not.toContain('k1');
    await store.close();
  });

  it('counts its bytes as they are after every kind of change', async () => {
    const store = open({ clock });
    await store.set('a', 'x'.repeat(500), HOUR_MS);
    await store.set('a', 'x'.repeat(100), HOUR_MS);
    await store.setIfAbsent('b', 'y'.repeat(50), HOUR_MS);
    await store.atomic?.replaceIf('b', 'y'.repeat(50), 'z'.repeat(10), HOUR_MS);
    await store.set('c', 'gone', HOUR_MS);
    await store.delete('c');
    await store.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('SELECT bytes FROM total').get()).toEqual({ bytes: 1 + 100 + 128 + (1 + 10 + 128) });
    database.close();
  });

  it('does not keep a value larger than all its bytes, nor the one it should have replaced', async () => {
    const store = open({ maxBytes: 10_000 });
    await store.set('small', 'x', HOUR_MS);
    await store.set('large', 'x', HOUR_MS);
    await store.set('large', 'x'.repeat(10_000), HOUR_MS);
    expect((await store.get('large'))?.value).toBeUndefined();
    expect((await store.get('small'))?.value).toBe('x');
    await store.close();
  });

  it('lets go of what has expired', async () => {
    const store = open({ clock });
    for (let index = 0; index < 120; index += 1) await store.set(`old${index}`, 'x', 1_000);
    await clock.advance(1_000);
    for (let index = 0; index < 60; index += 1) await store.set(`new${index}`, 'x', HOUR_MS);
    await store.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('SELECT count(*) AS rows FROM entries').get()).toEqual({ rows: 60 });
    database.close();
  });

  it('is written by several processes at once without a lost value', async () => {
    const script = `
      import { fileStore } from ${JSON.stringify(new URL('../../../index.ts', import.meta.url).href)};
      const store = fileStore({ path: process.argv[1], deadlineMs: 5_000, writeDeadlineMs: 5_000 });
      for (let index = 0; index < 100; index += 1) await store.set(process.pid + ':' + index, 'x'.repeat(500), 3_600_000);
      await store.close();
    `;
    expect(await Promise.all([end(script), end(script), end(script)])).toEqual([0, 0, 0]);
    const store = open();
    let count = 0;
    for await (const { value } of store.entries?.('') ?? []) if (value.length === 500) count += 1;
    expect(count).toBe(300);
    await store.close();
  });

  it('waits for another that writes without standing still, and gives up in time', async () => {
    const store = open();
    await store.set('k', 'value', HOUR_MS);
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 5);
    await expect(store.set('k', 'new', HOUR_MS)).rejects.toMatchObject({ reason: 'timeout' });
    clearInterval(turning);
    expect(turns).toBeGreaterThan(10);
    expect((await store.get('k'))?.value).toBe('value'); // reading goes on
    other.exec('ROLLBACK');
    other.close();
    await expect
      .poll(() =>
        store.set('k', 'new', HOUR_MS).then(
          () => 'written',
          () => 'refused',
        ),
      )
      .toBe('written');
    await store.close();
  });

  it.each([
    ['is no database', (): void => writeFileSync(path, 'These are my notes.\n'.repeat(500))],
    ['is the database of another program', (): void => makeDatabase('CREATE TABLE notes (text TEXT)')],
    [
      'is a cache of another version',
      (): void => makeDatabase('PRAGMA application_id = 0x74746163; PRAGMA user_version = 99'),
    ],
  ])('leaves a file alone that %s, says so once, and answers go on', async (_, make) => {
    make();
    const before = readFileSync(path);
    const lines: string[] = [];
    const log = (message: string): void => void lines.push(message);
    const store = open({ logger: { info: log, warn: log, error: log } });
    const cache = new CachePrimitive((input: string) => `answer to ${input}`, { store, operation: 'foreign' });
    for (const input of ['a', 'a', 'b']) expect(await cache.execute(input)).toBe(`answer to ${input}`);
    await expect(store.get('k')).rejects.toMatchObject({ code: 'ERR_TTA_STORE', reason: 'protocol' });
    await new Promise((resolve) => setTimeout(resolve, 400)); // probes meanwhile
    await store.close();
    expect(readFileSync(path)).toEqual(before);
    expect(lines).toEqual(['cache store: not usable (protocol); it is left alone until it answers']);
  });

  it('leaves a damaged file alone, and uses the one that takes its place', async () => {
    const before = open();
    for (let index = 0; index < 100; index += 1) await before.set(`k${index}`, 'x'.repeat(2_000), HOUR_MS);
    await before.close();
    truncateSync(path, Math.floor(statSync(path).size / 2));
    const store = open();
    const reads = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => store.get(`k${index}`)));
    const refused = reads.find((read) => read.status === 'rejected');
    expect(refused?.reason).toMatchObject({ reason: 'protocol' });
    expect(existsSync(path)).toBe(true);
    rmSync(path);
    await expect
      .poll(() =>
        store.set('k', 'value', HOUR_MS).then(
          () => 'written',
          () => 'refused',
        ),
      )
      .toBe('written');
    await expect.poll(() => store.get('k').catch(() => 'refused')).toMatchObject({ value: 'value' });
    await store.close();
  });

  it.each([
    ['a folder', 'connect', (): string => folder],
    ['under a file', 'connect', (): string => join(new URL(import.meta.url).pathname, 'cache.db')],
    ['where nobody can write', /^(noperm|readonly|connect)$/, (): string => '/proc/none/cache.db'],
  ])('does not break where the path is %s', async (_, reason, place) => {
    const store = open({ path: place() });
    await expect(store.get('k')).rejects.toMatchObject({
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    });
    await expect(store.set('k', 'value', HOUR_MS)).rejects.toMatchObject({ code: 'ERR_TTA_STORE' });
    await store.close();
  });

  it('lets the process end without being closed, and prints nothing', async () => {
    const script = `
      import { CachePrimitive, fileStore } from ${JSON.stringify(new URL('../../../index.ts', import.meta.url).href)};
      const cache = new CachePrimitive((input) => input, { store: fileStore({ path: process.argv[1] }) });
      await cache.execute('a');
      await cache.execute('a');
    `;
    expect(await end(script)).toBe(0);
  });

  it.each([
    [{}, 'fileStore: path must be the path of a file, but it is undefined'],
    [{ path: '' }, 'fileStore: path must be'],
    [{ path: 'a', maxBytes: 0 }, 'fileStore: maxBytes must be a whole number at least 1, but it is 0'],
    [{ path: 'a', deadlineMs: 0 }, 'deadlineMs must be a number above 0'],
  ])('refuses options that are wrong: %j', (options, message) => {
    expect(() => fileStore(options as never)).toThrow(message);
  });
});

function makeDatabase(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** Runs a script in a process of its own and gives its exit code; what it prints beside an experimental warning fails the test. */
async function end(script: string): Promise<number | null> {
  const args = ['--conditions=tta-source', '--disable-warning=ExperimentalWarning', '--input-type=module'];
  const child = spawn(process.execPath, [...args, '-e', script, path], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(printed).toBe('');
  return code;
}
