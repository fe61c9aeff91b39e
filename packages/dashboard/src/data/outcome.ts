import type { CacheWord, RequestStatus } from '../wire/index.ts';

/** Whether a request ended without an answer. One that its caller gave up is no failure. */
export function isUnanswered(status: RequestStatus): boolean {
  return status === 'timeout' || status === 'error' || status === 'cut';
}

/** Whether an answer came from a cache. */
export function isFromCache(word: CacheWord): boolean {
  return word === 'hit' || word === 'shared' || word === 'stale';
}
