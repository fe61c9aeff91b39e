// Runs beside an export: reads what to undo, line by line, and undoes it when the export has ended, which closes the pipe.
import { access, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { GuardMessage } from './guard.ts';

const groups = new Set<number>();
const work: GuardMessage[] = [];
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as GuardMessage;
  if (message.kind === 'started') groups.add(message.group);
  else if (message.kind === 'ended') groups.delete(message.group);
  else work.push(message);
}
for (const group of groups) endGroup(group);
for (const message of work) {
  if (message.kind === 'restore') await restore(message.from, message.to);
  else if (message.kind === 'remove') await rm(message.path, { recursive: true, force: true, maxRetries: 10 });
}
for (const message of work) if (message.kind === 'prune') await prune(message.path, message.top);

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Moves a folder back, unless its place was taken. */
async function restore(from: string, to: string): Promise<void> {
  const isTaken = await access(to).then(
    () => true,
    () => false,
  );
  if (!isTaken) await rename(from, to).catch(() => {}); // there was nothing to move
}

/** Removes empty folders upwards; one that holds something ends it. */
async function prune(path: string, top: string): Promise<void> {
  try {
    for (let folder = path; folder.startsWith(top); folder = dirname(folder)) await rmdir(folder);
  } catch {
    // It is in use.
  }
}
