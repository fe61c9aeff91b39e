import type { CacheWord } from '../wire/index.ts';
import { Counts } from './counts.ts';
import { Durations } from './durations.ts';
import { isFromCache } from './outcome.ts';
import type { SeenLookup } from './seen-request.ts';

/** The lookups of a cache. */
export class CacheTally {
  lookups = 0;
  readonly words: Record<CacheWord, number> = { hit: 0, shared: 0, stale: 0, miss: 0, bypassed: 0 };
  savedUsd = 0;
  unpriced = 0;
  storeErrors = 0;
  /** What was saved, by how the answer was given. */
  readonly savedBy: Record<'hit' | 'shared' | 'stale', number> = { hit: 0, shared: 0, stale: 0 };
  readonly hits: Durations = new Durations();
  readonly misses: Durations = new Durations();
  readonly ages: Durations = new Durations();
  readonly notStored: Counts = new Counts();
  readonly notLookedUp: Counts = new Counts();

  get answered(): number {
    return this.words.hit + this.words.shared + this.words.stale;
  }

  add({ word, durationMs, ageMs, skipped, savedUsd, storeError }: SeenLookup): void {
    this.lookups += 1;
    this.words[word] += 1;
    if (durationMs !== undefined) (isFromCache(word) ? this.hits : this.misses).add(durationMs);
    if (ageMs !== undefined) this.ages.add(ageMs);
    if (skipped !== undefined) (word === 'bypassed' ? this.notLookedUp : this.notStored).add(skipped);
    if (savedUsd === null) this.unpriced += 1;
    if (storeError !== undefined) this.storeErrors += 1;
    this.savedUsd += savedUsd ?? 0;
    if (word === 'hit' || word === 'shared' || word === 'stale') this.savedBy[word] += savedUsd ?? 0;
  }

  merge(other: CacheTally): void {
    this.lookups += other.lookups;
    for (const word of Object.keys(other.words) as CacheWord[]) this.words[word] += other.words[word];
    for (const word of ['hit', 'shared', 'stale'] as const) this.savedBy[word] += other.savedBy[word];
    this.savedUsd += other.savedUsd;
    this.unpriced += other.unpriced;
    this.storeErrors += other.storeErrors;
    this.hits.merge(other.hits);
    this.misses.merge(other.misses);
    this.ages.merge(other.ages);
    this.notStored.merge(other.notStored);
    this.notLookedUp.merge(other.notLookedUp);
  }
}
