import { randomUUID } from 'node:crypto';
import type { Clock, NoteFact } from 'tta-dev-primitives';
import { within } from 'tta-dev-primitives/internal';
import type { CacheLeaseStanding } from '../../facts.ts';
import { StoreError } from '../../store/store.ts';
import { heldBy, Lease, type LeaseStore, leaseKeyOf, meaningOf } from './lease.ts';
import { type LeaseTerms, Patience } from './lease-options.ts';

/** A request without an answer in the store, on behalf of those who asked for it in this process. */
export interface Contest<T> {
  /** The key of the entry. */
  readonly key: string;
  /**
   * Looks for an answer that may be served, when something new is stored under the key; `in_vain` if waiting longer cannot bring one.
   */
  readonly find: () => Promise<T | 'in_vain' | undefined>;
  /** Aborts when the last waiting caller leaves. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly note: NoteFact;
}

export type Verdict<T> =
  /** Call the step, and release the lease however that ends. */
  | { readonly kind: 'holder'; readonly lease: Lease }
  /** Another process has stored the answer, meanwhile or while it was waited for. */
  | { readonly kind: 'answered'; readonly answer: T; readonly hasWaited: boolean }
  /** Call the step, without a lease: waiting is of no use, or has lasted long enough. */
  | { readonly kind: 'alone' };

/** What is in the store at one look. */
interface Sight {
  readonly entry: string | undefined;
  /** What stands under the key of the lease. */
  readonly word: string | undefined;
  /** Whether the lease is ours. */
  readonly isWon: boolean;
}

/** The word of a holder that was not seen. */
const UNSEEN = 'held:';

/**
 * Settles which of several processes calls a step: one takes a lease in the store they share, and the others wait for its answer.
 *
 * Taking it is one round trip. The others look again at growing intervals, and bid for a lease that is gone without an answer,
 * because its holder was lost, or that says that its holder failed: one of them gets it. They call the step at once when the
 * answer turns out not to be cacheable, or not one that they can serve, when the store cannot be used or does not let them give a lease back, and when they have
 * waited long enough.
 */
export async function contend<T>(
  contest: Contest<T>,
  store: LeaseStore,
  terms: LeaseTerms,
  random: () => number = Math.random,
): Promise<Verdict<T>> {
  return new Contender(contest, store, terms, random).settle();
}

class Contender<T> {
  readonly #contest: Contest<T>;
  readonly #store: LeaseStore;
  readonly #terms: LeaseTerms;
  readonly #patience: Patience;
  readonly #leaseKey: string;
  readonly #token = randomUUID();
  #known: string | undefined;
  /** Whether the lease was held when it was last seen. */
  #wasHeld = false;

  constructor(contest: Contest<T>, store: LeaseStore, terms: LeaseTerms, random: () => number) {
    this.#contest = contest;
    this.#store = store;
    this.#terms = terms;
    this.#patience = new Patience(terms, contest.clock, contest.signal, random);
    this.#leaseKey = leaseKeyOf(contest.key);
  }

  async settle(): Promise<Verdict<T>> {
    try {
      return await this.#settle();
    } catch {
      return this.#alone('unavailable'); // the store has stated its failure, and callers do not wait for a failing store
    }
  }

  async #settle(): Promise<Verdict<T>> {
    if (this.#store.isUsable === false) return this.#alone('unavailable');
    const { areAllowed } = this.#store.atomic;
    if (areAllowed !== undefined && !(await areAllowed())) return { kind: 'alone' };
    let sight = await this.#bid();
    for (;;) {
      const answer = await this.#answerIn(sight);
      if (answer !== undefined && answer !== 'in_vain') return this.#answered(answer, sight);
      if (sight.isWon) return this.#won();
      if (answer === 'in_vain') return this.#alone('uncacheable');
      const meaning = sight.word === undefined ? 'gone' : meaningOf(sight.word);
      if (meaning === 'uncacheable') return this.#alone('uncacheable');
      if (meaning === 'streams') this.#patience.shorten();
      if (this.#patience.isOver) return this.#alone('gave_up');
      if (meaning === 'failed') this.#wasHeld = false;
      else if (meaning !== 'gone') this.#wasHeld = true;
      sight = await this.#next(meaning);
    }
  }

  /** What is stored is looked at once: it may be what was no answer before the contest began. */
  async #answerIn({ entry }: Sight): Promise<T | 'in_vain' | undefined> {
    if (entry === undefined || entry === this.#known) return undefined;
    this.#known = entry;
    return this.#contest.find();
  }

  async #next(meaning: ReturnType<typeof meaningOf> | 'gone'): Promise<Sight> {
    if (meaning === 'gone') return this.#bid();
    if (meaning === 'failed') {
      const sight = await this.#succeed();
      if (sight.isWon) return sight;
    }
    await this.#patience.pause();
    return this.#look();
  }

  /** Takes the lease if it is free. A lease that went to another process, and is gone at the same look, counts as held. */
  async #bid(): Promise<Sight> {
    const { note } = this.#contest;
    const sight = await this.#take(
      this.#store.setIfAbsent(this.#leaseKey, heldBy(this.#token), this.#terms.ttlMs, note),
    );
    return { ...sight, word: sight.word ?? (sight.isWon ? undefined : UNSEEN) };
  }

  /** Takes the place of a holder that has failed. */
  #succeed(): Promise<Sight> {
    const { note } = this.#contest;
    return this.#take(
      this.#store.atomic.replaceIf(this.#leaseKey, 'failed', heldBy(this.#token), this.#terms.ttlMs, note),
    );
  }

  /**
   * Looks in the same round trip, because the answer may have been stored meanwhile. A caller waits for this write, unlike for
   * others, so it has the deadline of a read. What is won after that is given back.
   */
  async #take(taking: Promise<boolean>): Promise<Sight> {
    let isLate = false;
    taking.then((isWon) => isWon && isLate && this.#lease().release('failed'), nothing);
    try {
      const [isWon, sight] = await Promise.all([this.#inTime(taking), this.#look()]);
      return { ...sight, isWon };
    } catch (error) {
      isLate = true;
      throw error;
    }
  }

  #inTime<R>(taking: Promise<R>): Promise<R> {
    const { deadlineMs } = this.#store;
    if (deadlineMs === undefined) return taking;
    const expire = (): never => {
      throw new StoreError('set', 'timeout');
    };
    return within(this.#contest.clock, deadlineMs, () => taking, expire);
  }

  async #look(): Promise<Sight> {
    const { key, note } = this.#contest;
    const [entry, word] = await this.#store.getMany([key, this.#leaseKey], note);
    return { entry: entry?.value, word: word?.value, isWon: false };
  }

  #won(): Verdict<T> {
    if (this.#wasHeld) this.#contest.note('cache.leaseExpired', true);
    this.#state(this.#wasHeld ? 'taken_over' : 'held');
    return { kind: 'holder', lease: this.#lease() };
  }

  #answered(answer: T, { isWon }: Sight): Verdict<T> {
    if (isWon) this.#lease().release('stored');
    this.#state('answered');
    return { kind: 'answered', answer, hasWaited: this.#patience.hasWaited };
  }

  #alone(standing: CacheLeaseStanding): Verdict<T> {
    this.#state(standing);
    return { kind: 'alone' };
  }

  #state(standing: CacheLeaseStanding): void {
    this.#contest.note('cache.lease', standing);
    if (this.#patience.hasWaited) this.#contest.note('cache.leaseWaitMs', this.#patience.waitedMs);
  }

  #lease(): Lease {
    const { clock, note } = this.#contest;
    const { ttlMs } = this.#terms;
    return new Lease({ store: this.#store, key: this.#leaseKey, token: this.#token, ttlMs, clock, note });
  }
}

/** A store that fails has stated so. */
function nothing(): void {}
