import { ageOf } from '../entry/envelope.ts';
import { KnownHeaders } from '../entry/known-headers.ts';
import type { StoredHeader } from '../flight/landing.ts';
import { freshnessOf, type StaleLimits } from '../freshness/freshness.ts';
import type { ReportingStore } from '../store/reporting-store.ts';
import type { Execution } from './execution.ts';
import type { KnownRequest } from './requests.ts';

/** A fresh answer whose JSON was not read. */
export interface SealedHit extends StoredHeader {
  /** The UTF-8 bytes of its JSON; of a stream the array of its chunks. */
  readonly body: Uint8Array;
}

/** Finds answers without reading their JSON. */
export class SealedHits {
  readonly #store: ReportingStore;
  readonly #headers = new KnownHeaders();
  readonly #limits: StaleLimits;

  constructor(store: ReportingStore, limits: StaleLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  /**
   * A fresh answer. Undefined where there is none, or where it cannot be given unread: in another form than it was stored for, with
   * tags, of another length than it was stored with, or coded by a cache with options that this one was not given.
   */
  async find<I>(request: KnownRequest, { context, note }: Execution<I>): Promise<SealedHit | undefined> {
    if (request.tagKeys.length > 0) return undefined;
    const { text: key, digest, scopeHash } = request.key;
    const stored = await this.#store.getBytes(key, note).catch(() => undefined); // the store has stated its failure
    const opened = this.#headers.open(key, stored?.value, { digest, scopeHash, model: request.model });
    if (opened === undefined) return undefined;
    const { header, body, isKnown } = opened;
    const isWhole = header.payloadBytes === body.length; // who reads it finds out what else may be wrong with it
    const isAsIs = header.askedFor === request.form && header.generation === undefined && header.coding === undefined;
    const ageMs = ageOf(header, context.clock.epochMs());
    if (!isWhole || !isAsIs || freshnessOf(header, ageMs, this.#limits) !== 'fresh') return undefined;
    return { envelope: header, tier: stored?.tier, isHeaderKept: isKnown, body };
  }
}
