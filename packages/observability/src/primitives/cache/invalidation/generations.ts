import { randomUUID } from 'node:crypto';
import type { Clock, NoteFact } from 'tta-dev-primitives';
import { digestOf } from '../request/cache-key.ts';
import type { ReportingStore } from '../store/reporting-store.ts';

/** The generation of each tag of a request; undefined where the store has none. */
export type Current = readonly (string | undefined)[];

/** A generation outlives the entries of its tag; when it is lost all the same, they count as invalidated. */
const LIFE_MS = 30 * 24 * 3_600_000;

/** How long a generation that was read is trusted when the store cannot be asked, so that a near tier goes on without the far one. */
const TRUST_MS = 60_000;

/** What was read is forgotten all at once beyond that many. */
const MAX_REMEMBERED = 10_000;

/**
 * The generations of tags, each a random name under a key of its own.
 *
 * An entry carries what its tags' generations were before it was asked for, and is good while they still are. A new generation thus
 * invalidates every entry of a tag without looking for one, those that are still being made included. A generation that the store
 * has lost can only lose entries and never bring one back, because no name is given twice.
 */
export class Generations {
  readonly #store: ReportingStore;
  readonly #lifeMs: number;
  /** First generations that are being set, by key. */
  readonly #founding = new Map<string, Promise<string | undefined>>();
  /** What the store has said last, by key, and when, in milliseconds of the clock. */
  readonly #remembered = new Map<string, { readonly generation: string; readonly atMs: number }>();

  constructor(store: ReportingStore, longestEntryMs: number) {
    this.#store = store;
    this.#lifeMs = Math.max(LIFE_MS, 2 * longestEntryMs);
  }

  /** What the generations are, undefined where the store has none; undefined altogether if it cannot tell, which it has stated. */
  async read(keys: readonly string[], clock: Clock, note: NoteFact): Promise<Current | undefined> {
    const values = await this.#store.getMany(keys, note).catch(() => undefined);
    if (values === undefined) return undefined;
    const current = keys.map((_, index) => nameOf(values[index]?.value));
    this.#remember(keys, current, clock.now());
    return current;
  }

  /** What the store said last, if it has said so of every key less than a minute ago. */
  recall(keys: readonly string[], clock: Clock): Current | undefined {
    const recalled = keys.map((key) => this.#remembered.get(key));
    return recalled.every((known) => known !== undefined && clock.now() - known.atMs < TRUST_MS)
      ? recalled.map((known) => known?.generation)
      : undefined;
  }

  /**
   * What a new entry is to carry, with a first generation for each tag that has none; undefined if it must not be stored, because a
   * generation is not known to be older than the call that makes the entry. Never rejects.
   */
  async found(keys: readonly string[], current: Current | undefined, note: NoteFact): Promise<string | undefined> {
    if (current === undefined) return undefined;
    return stampOf(keys, await Promise.all(keys.map((key, index) => current[index] ?? this.#first(key, note))));
  }

  /** Begins a new generation. @throws StoreError when the store cannot be used */
  async renew(key: string, note: NoteFact): Promise<void> {
    this.#remembered.delete(key);
    await this.#store.set(key, randomUUID(), this.#lifeMs, note);
  }

  #remember(keys: readonly string[], current: Current, atMs: number): void {
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    for (const [index, key] of keys.entries()) {
      const generation = current[index];
      if (generation === undefined) this.#remembered.delete(key);
      else this.#remembered.set(key, { generation, atMs });
    }
  }

  /** Whoever comes second does not adopt the first one's: it may be younger than the call that is under way. */
  #first(key: string, note: NoteFact): Promise<string | undefined> {
    const known = this.#founding.get(key);
    if (known !== undefined) return known;
    const founding = this.#set(key, note).finally(() => this.#founding.delete(key));
    this.#founding.set(key, founding);
    return founding;
  }

  async #set(key: string, note: NoteFact): Promise<string | undefined> {
    const generation = randomUUID();
    try {
      return (await this.#store.setIfAbsent(key, generation, this.#lifeMs, note)) ? generation : undefined;
    } catch {
      return undefined; // the store has stated its failure
    }
  }
}

/** Whatever a store gave, which may be anything. */
function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What stands for the tags of a request and their generations, all of them or none. */
export function stampOf(keys: readonly string[], generations: Current | undefined): string | undefined {
  if (generations === undefined || generations.includes(undefined)) return undefined;
  return digestOf(JSON.stringify([keys, generations])).slice(0, 22);
}
