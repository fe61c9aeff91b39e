import type { NoteFact } from 'tta-dev-primitives';
import { ageOf } from '../entry/envelope.ts';
import { KnownHeaders } from '../entry/known-headers.ts';
import type { CacheTier } from '../facts.ts';
import { freshnessOf, type StaleLimits } from '../freshness/freshness.ts';
import type { CacheStore } from '../store/store.ts';
import type { Execution } from './execution.ts';
import type { KnownRequest } from './requests.ts';
import type { Taking } from './taking.ts';

/** Finds answers and gives their JSON as it is stored, without reading it. */
export class SealedHits<I> {
  readonly #store: CacheStore;
  readonly #headers = new KnownHeaders();
  readonly #limits: StaleLimits;
  readonly #taking: Taking<I>;

  constructor(store: CacheStore, limits: StaleLimits, taking: Taking<I>) {
    this.#store = store;
    this.#limits = limits;
    this.#taking = taking;
  }

  /**
   * The JSON of a fresh answer, which is then counted as a hit; of a stream the array of its chunks. Undefined where there is none, or
   * where it cannot be given unread: in another form than it was stored for, or with tags. Nothing is counted then.
   */
  async take(request: KnownRequest, execution: Execution<I>): Promise<Uint8Array | undefined> {
    if (request.tagKeys.length > 0) return undefined;
    let tier: CacheTier | undefined;
    const listen: NoteFact = (name, value) => {
      if (name === 'cache.tier') tier = value as CacheTier;
      else execution.note(name, value);
    };
    const { text: key, digest, scopeHash } = request.key;
    const bytes = await this.#bytes(key, listen).catch(() => undefined); // the store has stated its failure
    const opened = bytes && this.#headers.open(key, bytes, { digest, scopeHash, model: request.model });
    if (opened === undefined) return undefined;
    const { header, body, isKnown } = opened;
    const isAsIs = header.askedFor === request.form && header.generation === undefined;
    const ageMs = ageOf(header, execution.context.clock.epochMs());
    if (!isAsIs || freshnessOf(header, ageMs, this.#limits) !== 'fresh') return undefined;
    this.#taking.countStored({ envelope: header, tier, isHeaderKept: isKnown }, execution);
    return body;
  }

  async #bytes(key: string, note: NoteFact): Promise<Uint8Array | undefined> {
    if (this.#store.getBytes !== undefined) return this.#store.getBytes(key, note);
    const text = await this.#store.get(key, note);
    return text === undefined ? undefined : Buffer.from(text);
  }
}
