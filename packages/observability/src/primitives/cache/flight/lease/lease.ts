import type { Clock, NoteFact } from 'tta-dev-primitives';
import type { Timer } from 'tta-dev-primitives/internal';
import type { ReportingStore } from '../../store/reporting-store.ts';

/** A store in which a lease can be kept without one process taking away another one's. */
export type LeaseStore = Pick<ReportingStore, 'isUsable' | 'deadlineMs' | 'getMany' | 'setIfAbsent'> & {
  readonly atomic: NonNullable<ReportingStore['atomic']>;
};

export function canKeepLeases(store: ReportingStore): store is ReportingStore & LeaseStore {
  return store.atomic !== undefined;
}

/** How the work under a lease ended. */
export type LeaseEnd = 'stored' | 'uncacheable' | 'failed';

export interface LeaseInit {
  readonly store: LeaseStore;
  /** The key of the lease itself. */
  readonly key: string;
  readonly token: string;
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly note: NoteFact;
}

/** How often a lease is renewed while it lives, and how much of its life a word lives that its holder leaves behind. */
const RENEWALS = 4;

/**
 * The right to be the only one who makes an entry, held by this process and renewed until it is released.
 *
 * A holder that renews too late has lost it. It then changes nothing under its key, because another process may hold it.
 * Renewing lets the process end.
 */
export class Lease {
  readonly #init: LeaseInit;
  #word: LeaseWord;
  #isOver = false;
  #timer: Timer | undefined;
  /** One operation at a time, so none expects a word that another is still writing. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(init: LeaseInit) {
    this.#init = init;
    this.#word = heldBy(init.token);
    this.#renewLater();
  }

  /** Tells those who wait that the answer is a stream. */
  streams(): void {
    if (this.#isOver) return;
    void this.#rewrite(`streams:${this.#init.token}`);
  }

  /** Lets the others in: they find the answer, or learn that there is none. */
  release(end: LeaseEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    const { store, key, ttlMs, note } = this.#init;
    void this.#inTurn(() =>
      end === 'stored'
        ? store.atomic.deleteIf(key, this.#word, note)
        : store.atomic.replaceIf(key, this.#word, end, ttlMs / RENEWALS, note),
    );
  }

  #renewLater(): void {
    const { clock, ttlMs } = this.#init;
    this.#timer = clock.setTimer(() => void this.#renew(), ttlMs / RENEWALS);
    this.#timer.unref?.();
  }

  async #renew(): Promise<void> {
    const isOurs = await this.#rewrite(this.#word);
    if (isOurs === false) this.#isOver = true;
    if (!this.#isOver) this.#renewLater();
  }

  /** @returns whether the lease was still ours; undefined when the store, which has stated so, could not tell */
  #rewrite(word: LeaseWord): Promise<boolean | undefined> {
    const { store, key, ttlMs, note } = this.#init;
    return this.#inTurn(async () => {
      const isOurs = await store.atomic.replaceIf(key, this.#word, word, ttlMs, note);
      if (isOurs) this.#word = word;
      return isOurs;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T | undefined> {
    const turn = this.#last.then(work).catch(() => undefined); // the store has stated its failure; a lease then expires by itself
    this.#last = turn;
    return turn;
  }
}

/** What a holder writes when it takes the lease. */
export function heldBy(token: string): LeaseWord {
  return `held:${token}`;
}

/**
 * What stands under the key of a lease. Its holder writes a word of its own, with a token of its own; the other words
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
