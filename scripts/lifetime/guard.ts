import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What has to be undone if the process that asked for it dies. */
export type GuardMessage =
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'restore'; readonly from: string; readonly to: string }
  | { readonly kind: 'prune'; readonly path: string; readonly top: string }
  | { readonly kind: 'started' | 'ended'; readonly group: number };

/**
 * A process that outlives this one by a moment: it ends the commands and removes the folders that a killed process would leave behind,
 * also after SIGKILL.
 */
export interface Guard {
  /** Removes a folder when this process has ended, however it ended. */
  remove(path: string): void;
  /** Moves a folder back if this process dies while its place is empty. */
  restore(from: string, to: string): void;
  /** Removes empty folders, from `path` up to `top`, when this process has ended. */
  prune(path: string, top: string): void;
  /** Ends a process group if this process dies before the group does. @returns the function to call when the group has ended */
  end(group: number): () => void;
}

/** Starts the guard of this process. It ends with this process, and does not keep it alive. */
export function startGuard(): Guard {
  // Detached, because a Ctrl-C in a terminal reaches the whole group of this process.
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'guard-process.ts')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  guard.stdin.on('error', () => {}); // a guard that was killed guards nothing; the work goes on
  (guard.stdin as unknown as { unref(): void }).unref(); // a pipe to a child is a socket
  const send = (message: GuardMessage): void => {
    guard.stdin.write(`${JSON.stringify(message)}\n`);
  };
  return {
    remove: (path) => send({ kind: 'remove', path }),
    restore: (from, to) => send({ kind: 'restore', from, to }),
    prune: (path, top) => send({ kind: 'prune', path, top }),
    end: (group) => {
      send({ kind: 'started', group });
      return () => send({ kind: 'ended', group });
    },
  };
}
