/** Why a store could not be used. */
export type StoreErrorReason =
  | 'connect'
  | 'closed'
  | 'timeout'
  | 'readonly'
  | 'oom'
  | 'auth'
  | 'loading'
  | 'misconf'
  | 'noperm'
  | 'protocol'
  /** A package that the store needs could not be loaded. */
  | 'not_installed'
  | 'other';

/** The first word of a Redis error reply. */
const REPLIES: Readonly<Record<string, StoreErrorReason>> = {
  READONLY: 'readonly',
  OOM: 'oom',
  NOAUTH: 'auth',
  WRONGPASS: 'auth',
  LOADING: 'loading',
  MISCONF: 'misconf',
  NOPERM: 'noperm',
};

/** Codes of errors of the system, and our own. */
const CODES: Readonly<Record<string, StoreErrorReason>> = {
  ECONNREFUSED: 'connect',
  ENOTFOUND: 'connect',
  EAI_AGAIN: 'connect',
  EHOSTUNREACH: 'connect',
  ENETUNREACH: 'connect',
  ETIMEDOUT: 'connect',
  ENOENT: 'connect',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  EACCES: 'noperm',
  EPERM: 'noperm',
  EROFS: 'readonly',
  ENOSPC: 'oom',
  ENOTDIR: 'connect',
  EISDIR: 'connect',
  ERR_TTA_NOT_INSTALLED: 'not_installed',
  ERR_TTA_FOREIGN_FILE: 'protocol',
};

/** Primary result codes of SQLite. */
const SQLITE_CODES: Readonly<Record<number, StoreErrorReason>> = {
  3: 'noperm',
  5: 'timeout', // another connection was in the way for too long
  6: 'timeout',
  7: 'oom',
  8: 'readonly',
  11: 'protocol', // damaged
  13: 'oom', // the disk is full
  14: 'connect',
  26: 'protocol', // no database
};

/** Names of errors of @redis/client, which do not set `name`: they are told by their class. */
const CLASSES: Readonly<Record<string, StoreErrorReason>> = {
  ConnectionTimeoutError: 'connect',
  SocketClosedUnexpectedlyError: 'closed',
  ClientClosedError: 'closed',
  ClientOfflineError: 'closed',
  DisconnectsClientError: 'closed',
  SocketTimeoutError: 'timeout',
  TimeoutError: 'timeout',
};

/** What a reader can do about it, where the word alone does not tell. */
export function describeReason(reason: StoreErrorReason): string {
  if (reason !== 'not_installed') return reason;
  return 'not_installed: a package could not be loaded; a Redis url needs @redis/client, npm install @redis/client';
}

/** Why a store could not be used, told from an error of any client: a closed set of words, never a message. */
export function storeErrorReason(error: unknown): StoreErrorReason {
  if (!(error instanceof Error)) return 'other';
  const byCode = CODES[String((error as NodeJS.ErrnoException).code)];
  if (byCode !== undefined) return byCode;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  if (code === 'ERR_SQLITE_ERROR') return SQLITE_CODES[Number(errcode) % 256] ?? 'other';
  const byReply = REPLIES[/^[A-Z]+/.exec(error.message)?.[0] ?? ''];
  if (byReply !== undefined) return byReply;
  if (/^ERR .*command/i.test(error.message)) return 'noperm'; // unknown, renamed away, or not for this user in a script
  const byClass = CLASSES[error.constructor.name];
  if (byClass !== undefined) return byClass;
  if (/without any password configured|invalid (username|password)/i.test(error.message)) return 'auth';
  if (/connection is (closed|in subscriber mode)|socket closed|isn't writeable/i.test(error.message)) return 'closed';
  if (/command timed out/i.test(error.message)) return 'timeout';
  return /protocol error|parse/i.test(error.message) ? 'protocol' : 'other';
}
