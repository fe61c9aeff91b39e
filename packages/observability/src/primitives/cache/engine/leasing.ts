import type { NoteFact } from 'tta-dev-primitives';
import type { Landing, StoredAnswer } from '../flight/landing.ts';
import { contend } from '../flight/lease/contender.ts';
import type { LeaseEnd } from '../flight/lease/lease.ts';
import { type LeaseOptions, type LeaseTerms, leaseTerms } from '../flight/lease/lease-options.ts';
import { canKeepLeases, type LeaseStore } from '../flight/lease/lease-store.ts';
import type { Flight, FlightEnd } from '../flight/single-flight.ts';
import type { CacheRequest } from '../key/request-key.ts';
import type { CacheStore } from '../store/store.ts';
import type { Execution } from './execution.ts';
import { openStored } from './lookup.ts';

const LEASE_ENDS: Readonly<Record<FlightEnd, LeaseEnd>> = { kept: 'stored', unkept: 'uncacheable', failed: 'failed' };

/** Lets one of the processes that share a store ask the step, and the others take its answer from there. */
export class Leasing {
  readonly #store: LeaseStore;
  readonly #terms: LeaseTerms;

  private constructor(store: LeaseStore, terms: LeaseTerms) {
    this.#store = store;
    this.#terms = terms;
  }

  /** Undefined where leases are not wanted, or would be in vain: in a store of this process alone, or one that cannot keep them. */
  static in(store: CacheStore, options: false | LeaseOptions | undefined): Leasing | undefined {
    const isWanted = options !== false && (store.isShared === true || options !== undefined);
    return isWanted && canKeepLeases(store) ? new Leasing(store, leaseTerms(options ?? {})) : undefined;
  }

  /** Asks the step unless another process is asking it already, or has just done so. */
  async ask<I>(
    flight: Flight<Landing>,
    request: CacheRequest,
    { context, note }: Execution<I>,
    ask: () => Promise<Landing>,
  ): Promise<Landing> {
    const listen: NoteFact = (name, value) => {
      if (name !== 'cache.tier') note(name, value); // of a lease that was found; an answer states its own
    };
    const contest = {
      key: request.key.text,
      open: (text: string): StoredAnswer | undefined => openStored(text, this.#store, request, 'far', note),
      signal: flight.signal,
      clock: context.clock,
      note: listen,
    };
    const verdict = await contend(contest, this.#store, this.#terms);
    if (verdict.kind === 'answered') {
      return verdict.hasWaited ? { ...verdict.answer, outcome: 'coalesced' } : verdict.answer;
    }
    if (verdict.kind === 'alone') return ask();
    const { lease } = verdict;
    flight.whenClosed((end) => lease.release(LEASE_ENDS[end]));
    const answer = await ask();
    if (answer.kind === 'stream') lease.streams();
    return answer;
  }
}
