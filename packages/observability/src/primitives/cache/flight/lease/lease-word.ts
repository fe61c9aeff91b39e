/**
 * What stands under the key of a lease. Its holder writes a word of its own, with a token that nobody else has; the other words
 * are left behind, for a moment, by a holder that stored no answer.
 */
export type LeaseWord =
  /** The step runs. */
  | `held:${string}`
  /** The step has answered with a stream, which is being read. */
  | `streams:${string}`
  /** The answer must not be stored: there is no point in waiting for the next one. */
  | 'uncacheable'
  /** The step failed, or was cancelled: one of those who wait may try again. */
  | 'failed';

/** What a lease that exists says to those who wait; whatever is not ours counts as held, until it expires. */
export function meaningOf(word: string): 'held' | 'streams' | 'uncacheable' | 'failed' {
  if (word === 'uncacheable' || word === 'failed') return word;
  return word.startsWith('streams:') ? 'streams' : 'held';
}

/** The key of the lease on the making of an entry. */
export function leaseKeyOf(entryKey: string): string {
  return `lease:${entryKey}`;
}
