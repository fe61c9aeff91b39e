import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Guard } from '../lifetime/guard.ts';

export interface ReplaceOptions {
  /** Aborts the copy; the folder stays as it was. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the copy before it takes the folder's place; when it throws, the folder stays as it was. */
  readonly verify?: ((copy: string) => Promise<void>) | undefined;
  /** Undoes what is half done if this process is killed. Without one, the next call does. */
  readonly guard?: Pick<Guard, 'remove' | 'restore' | 'prune'> | undefined;
}

/**
 * Puts a copy of `source` in the place of `folder`, all of it or nothing.
 *
 * The copy is made and verified beside the folder and then takes its place by one rename: a reader sees the old content or the new one.
 * What a killed process has left beside it is cleared, or put back, by its guard or by the next call.
 *
 * @throws the signal's reason, or whatever failed, with `folder` and what surrounds it as they were
 */
export async function replaceFolder(
  source: string,
  folder: string,
  { signal, verify, guard }: ReplaceOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  await recover(folder);
  const incoming = beside(folder, 'incoming', process.pid);
  const previous = beside(folder, 'previous', process.pid);
  guard?.restore(previous, folder);
  for (const path of [incoming, previous]) guard?.remove(path);
  const madeParent = await mkdir(dirname(folder), { recursive: true });
  if (madeParent !== undefined) guard?.prune(dirname(folder), madeParent);
  try {
    await copy(source, incoming, signal);
    await verify?.(incoming);
    signal?.throwIfAborted();
    const hadContent = await renamed(folder, previous);
    try {
      await rename(incoming, folder);
    } catch (error) {
      if (hadContent) await rename(previous, folder);
      throw error;
    }
    await rm(previous, { recursive: true, force: true });
  } catch (error) {
    await rm(incoming, { recursive: true, force: true });
    if (madeParent !== undefined) await rm(madeParent, { recursive: true, force: true });
    throw error;
  }
}

/** Copies file by file, so that an abort is heeded between any two. */
async function copy(source: string, destination: string, signal: AbortSignal | undefined): Promise<void> {
  await cp(source, destination, {
    recursive: true,
    errorOnExist: true,
    force: false,
    filter: () => {
      signal?.throwIfAborted();
      return true;
    },
  });
}

/** Moves a folder out of the way. @returns whether there was one */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

type Role = 'incoming' | 'previous';

/** The hidden neighbour in which a process keeps a copy on its way in or out; `packages/*` does not match it. */
function beside(folder: string, role: Role, pid: number): string {
  return join(dirname(folder), `.${basename(folder)}.${role}-${pid}`);
}

/** Undoes what processes that live no more have left half done. */
async function recover(folder: string): Promise<void> {
  const parent = dirname(folder);
  const names = await readdir(parent).catch((): string[] => []);
  for (const name of names) {
    const { role, pid } = neighbour(name, basename(folder)) ?? {};
    if (role === undefined || pid === undefined || isAlive(pid)) continue;
    const left = join(parent, name);
    if (role === 'previous' && !names.includes(basename(folder))) await rename(left, folder);
    else await rm(left, { recursive: true, force: true });
  }
}

function neighbour(name: string, of: string): { role: Role; pid: number } | undefined {
  if (!name.startsWith(`.${of}.`)) return undefined;
  const found = /^(incoming|previous)-(\d+)$/.exec(name.slice(of.length + 2));
  return found === null ? undefined : { role: found[1] as Role, pid: Number(found[2]) };
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false; // this process has not begun yet
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
