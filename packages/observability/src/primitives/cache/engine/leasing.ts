import type { Landing, StoredAnswer } from '../flight/landing.ts';
import { contend } from '../flight/lease/contender.ts';
import type { LeaseEnd } from '../flight/lease/lease.ts';
import { type LeaseOptions, type LeaseTerms, leaseTerms } from '../flight/lease/lease-options.ts';
import { canKeepLeases, type LeaseStore } from '../flight/lease/lease-store.ts';
import type { Flight } from '../flight/single-flight.ts';
import type { CacheRequest } from '../key/request-key.ts';
import type { ReportingStore } from '../store/reporting-store.ts';
import type { Execution } from './execution.ts';

/** Lets one of the processes that share a store ask the step, and the others take its answer from there. */
export class Leasing {
  readonly #store: LeaseStore;
  readonly #terms: LeaseTerms;

  private constructor(store: LeaseStore, terms: LeaseTerms) {
    this.#store = store;
    this.#terms = terms;
  }

  /** Undefined where leases are not wanted, or would be in vain: in a store of this process alone, or one that cannot keep them. */
  static in(store: ReportingStore, options: false | LeaseOptions | undefined): Leasing | undefined {
    const isWanted = options !== false && (store.isShared === true || options !== undefined);
    return isWanted && canKeepLeases(store) ? new Leasing(store, leaseTerms(options ?? {})) : undefined;
  }

  /**
   * Asks the step unless another process is asking it already, or has just done so.
   *
   * @param find - looks for an answer that may be served
   */
  async ask<I>(
    flight: Flight<Landing>,
    { key }: CacheRequest,
    { context, note }: Execution<I>,
    find: () => Promise<StoredAnswer | undefined>,
    ask: () => Promise<Landing>,
  ): Promise<Landing> {
    const contest = { key: key.text, find, signal: flight.signal, clock: context.clock, note };
    const verdict = await contend(contest, this.#store, this.#terms);
    if (verdict.kind === 'alone') return ask();
    if (verdict.kind === 'answered') {
      flight.done();
      flight.close();
      return { ...verdict.answer, isAwaited: verdict.hasWaited };
    }
    const { lease } = verdict;
    void flight.whenClosed().then(() => lease.release(endOf(flight)));
    try {
      const answer = await ask();
      if (answer.kind === 'stream') lease.streams();
      return answer;
    } catch (error) {
      lease.release('failed');
      throw error;
    }
  }
}

function endOf(flight: Flight<Landing>): LeaseEnd {
  if (flight.isKept) return 'stored';
  return flight.signal.aborted ? 'failed' : 'uncacheable';
}
