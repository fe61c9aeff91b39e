import { resolve } from 'node:path';
import { checkNoUnknown, checkNumber, type OptionNames, refusal, systemClock } from 'tta-dev-primitives/internal';
import { checkGuardOptions, type GuardOptions, STORE_OPTIONS } from '../guard/guard-options.ts';
import { guardedStore } from '../guard/guarded-store.ts';
import type { CacheStore } from '../store.ts';
import { FileEntries } from './file-entries.ts';

export interface FileStoreOptions extends Omit<GuardOptions, 'tier'> {
  /** Where the file lies; it and its folder are made when they are first needed, the file for its owner only. */
  readonly path: string;
  /** How many bytes keys and values may take; the file itself is somewhat larger. @defaultValue 268_435_456 (256 MiB) */
  readonly maxBytes?: number | undefined;
}

const OPTIONS: OptionNames<FileStoreOptions> = { ...STORE_OPTIONS, path: true, maxBytes: true };

/**
 * Keeps values in one file of this machine, for a command line, tests, evaluations: what one run has paid for, the next has.
 *
 * Several processes may share the file. What was used least recently goes first when it is full; how recent is known to a minute.
 * A file that is damaged, of another version or no cache at all is left as it is, and a folder that cannot be written to is left
 * alone: the store then cannot be used, and says so once.
 *
 * It is a SQLite file in WAL mode. SQLite works in the thread that asks: while it reads or writes, nothing else runs in this
 * process, so that a server that answers many at a time is better served by `redisStore`. Node.js 22 says once on stderr that its
 * SQLite is experimental (`--disable-warning=ExperimentalWarning` keeps it from that); later versions say nothing.
 *
 * @throws TypeError or RangeError naming the option if an option is wrong
 * @example
 * ```ts
 * const store = tieredStore(memoryStore(), fileStore({ path: '.cache/answers.db' }));
 * ```
 */
export function fileStore(options: FileStoreOptions): CacheStore {
  checkNoUnknown('fileStore', options, OPTIONS);
  const { path, maxBytes = 268_435_456, ...guard } = options;
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(refusal('fileStore', 'path', path, 'the path of a file'));
  }
  checkNumber('fileStore', 'maxBytes', maxBytes, { atLeast: 1, isInteger: true });
  checkGuardOptions('fileStore', guard);
  const { clock = systemClock, random = Math.random } = guard;
  return guardedStore(new FileEntries(resolve(path), maxBytes, clock, random), { ...guard, tier: 'far' });
}
