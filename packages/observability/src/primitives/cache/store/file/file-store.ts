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
  /** The path of the file. The file and its folder are created when first needed; only the owner can read the file. */
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
 * Keeps values in one file on this machine, for command lines, tests and evaluations. A run can reuse answers that an
 * earlier run paid for.
 *
 * Several processes can share the file. When it is full, the least recently used values go first (accurate to a
 * minute). A file that is damaged, has another version or is not a cache is left unchanged. Then, or if the folder
 * cannot be written to, the store cannot be used and logs that once.
 *
 * It is a SQLite file in WAL mode. SQLite works in the calling thread: while it reads or writes, nothing else runs in
 * this process. For a server with many concurrent requests use `redisStore`. Node.js 22 prints a warning that SQLite is
 * experimental (`--disable-warning=ExperimentalWarning` hides it); later versions do not.
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
