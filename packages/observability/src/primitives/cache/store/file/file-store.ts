import { resolve } from 'node:path';
import {
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
  required,
  systemClock,
} from 'tta-dev-primitives/internal';
import { type GuardOptions, STORE_RULES } from '../guard/guard-options.ts';
import { guardedStore } from '../guard/guarded-store.ts';
import type { CacheStore } from '../store.ts';
import { FileEntries } from './file-entries.ts';

export interface FileStoreOptions extends Omit<GuardOptions, 'tier'> {
  /** Where the file lies; it and its folder are made when they are first needed, the file for its owner only. */
  readonly path: string;
  /** How many bytes keys and values may take; the file itself is somewhat larger. @defaultValue 268_435_456 (256 MiB) */
  readonly maxBytes?: number | undefined;
}

const RULES = {
  path: required(
    option((owner, name, value) => {
      if (typeof value !== 'string' || value === '')
        throw new TypeError(refusal(owner, name, value, 'the path of a file'));
    }),
  ),
  maxBytes: numberOption({ atLeast: 1, isInteger: true }, 268_435_456),
  ...STORE_RULES,
} satisfies OptionRules<FileStoreOptions>;

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
  const { path, maxBytes, ...guard } = readOptions('fileStore', options, RULES);
  const { clock = systemClock, random } = guard;
  return guardedStore(new FileEntries(resolve(path), maxBytes, clock, random), guard);
}
