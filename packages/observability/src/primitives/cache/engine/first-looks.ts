import type { NoteFact } from 'tta-dev-primitives';
import type { StoredAnswer } from '../flight/landing.ts';
import type { Lookup } from './lookup.ts';
import type { KnownRequest } from './requests.ts';

/** A look at the store for one key, for everybody who looks for the same meanwhile. */
export interface Look {
  readonly key: string;
  readonly flightKey: string;
  /** Only while others may share it: the map of looks outlives them, and what it once held stays in memory for long. */
  found: Promise<StoredAnswer | undefined> | undefined;
  /** How many invalidations there had been when the store had answered; undefined until then, and for ever if one came before. */
  readAfter: number | undefined;
}

/**
 * Looks at the store before there is a flight, because most requests need no more: a fresh answer is there, and is taken.
 *
 * Those who look for the same at the same time share a look, so that they go on together if it has found nothing.
 */
export class FirstLooks {
  readonly #lookup: Lookup;
  readonly #underWay = new Map<string, Look>();
  #invalidations = 0;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  at(request: KnownRequest, note: NoteFact): Look {
    const { key, flightKey } = request;
    const known = this.#underWay.get(flightKey);
    if (known !== undefined) return known;
    const look: Look = { key: key.text, flightKey, found: undefined, readAfter: undefined };
    this.#underWay.set(flightKey, look);
    look.found = this.#lookup.find(request, note, () => this.#read(look));
    return look;
  }

  /**
   * Whether the entry may have been invalidated since the look began, so that it has to be looked up again. Between the answer of the
   * store and this question, which are a few turns of the queue apart, the invalidation of any entry counts.
   */
  isOutdated({ readAfter }: Look): boolean {
    return readAfter !== this.#invalidations;
  }

  /** What was seen of an entry up to now is of no use to anybody who has not got it yet. */
  outdate(key: string): void {
    this.#invalidations += 1;
    for (const look of this.#underWay.values()) {
      if (look.key === key) this.#end(look);
    }
  }

  #read(look: Look): void {
    if (this.#underWay.get(look.flightKey) !== look) return;
    look.readAfter = this.#invalidations;
    this.#end(look);
  }

  #end(look: Look): void {
    look.found = undefined;
    this.#underWay.delete(look.flightKey);
  }
}
