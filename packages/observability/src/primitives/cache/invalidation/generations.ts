import { randomUUID } from 'node:crypto';
import type { Clock, NoteFact } from 'tta-dev-primitives';
import { digestOf } from '../request/cache-key.ts';
import type { ReportingStore } from '../store/reporting-store.ts';

/** The generation of each tag of a request; undefined where the store has none that is good. */
export type Current = readonly (string | undefined)[];

/** A generation outlives the entries of its tag; when it is lost all the same, they count as invalidated. */
const LIFE_MS = 30 * 24 * 3_600_000;

/** How long a generation that was read is trusted when the store cannot be asked, so a near tier goes on without the far one. */
const TRUST_MS = 60_000;

/** How often a generation that is not good is replaced at most: a replica that lags gives old ones for a moment. */
const REPLACED_EVERY_MS = 1_000;

/** For how many tags, and for how many names, the reply of the store is remembered: 300 bytes of each, because keys and names are short. */
const MAX_REMEMBERED = 10_000;

/** Of a UUID. */
const NAME_LENGTH = 36;

/** Names that some cache of this process saw given up. No name is given twice, so one list serves every store. */
const retired = new Map<string, true>();

/** What the store said last of one tag. */
interface Known {
  /** Undefined where it has none that is good. */
  readonly generation: string | undefined;
  /** When, in milliseconds of the clock. */
  readonly atMs: number;
  /** In which turn of all reads, because replies overtake each other. */
  readonly turn: number;
  /** When one that was not good was replaced; -Infinity if none was. */
  readonly replacedAtMs: number;
}

/**
 * The generations of tags, each a random name under a key of its own.
 *
 * An entry carries what its tags' generations were before it was asked for, and is good while they still are. A new generation thus
 * invalidates every entry of a tag without looking for one, those that are still being made included. A generation that the store
 * has lost can only lose entries and never bring one back: no name is given twice, and a store that goes back to a name that this
 * process saw given up (a backup, a replica) is given a new one.
 */
export class Generations {
  readonly #store: ReportingStore;
  readonly #lifeMs: number;
  /** First generations that are being set, by key. */
  readonly #founding = new Map<string, Promise<string | undefined>>();
  readonly #remembered = new Map<string, Known>();
  #turn = 0;

  constructor(store: ReportingStore, longestEntryMs: number) {
    this.#store = store;
    this.#lifeMs = Math.max(LIFE_MS, 2 * longestEntryMs);
  }

  /**
   * What the generations are, undefined where the store has none that is good: nothing, a name that was given up, or no name at all.
   * Undefined altogether if it cannot tell, which it has stated.
   */
  async read(keys: readonly string[], clock: Clock, note: NoteFact): Promise<Current | undefined> {
    const turn = this.#nextTurn();
    const values = await this.#store.getMany(keys, note).catch(() => undefined);
    const atMs = clock.now();
    return values && keys.map((key, index) => this.#accepted(key, values[index]?.value, { atMs, turn }, note));
  }

  /** What the store said last, if it has said so of every key less than a minute ago. */
  recall(keys: readonly string[], clock: Clock): Current | undefined {
    const recalled = keys.map((key) => this.#remembered.get(key));
    return recalled.every((known) => known?.generation !== undefined && clock.now() - known.atMs < TRUST_MS)
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

  /** Begins a new generation, and gives up the one before. @throws StoreError when the store cannot be used */
  async renew(key: string, note: NoteFact): Promise<void> {
    this.#giveUp(key, -Infinity);
    const [before] = await this.#store.getMany([key], note).catch(() => []); // another process may have begun it
    if (isName(before?.value)) retire(before.value);
    this.#giveUp(key, -Infinity);
    await this.#store.set(key, randomUUID(), this.#lifeMs, note);
  }

  /** The generation in what the store gave under a key, which may be anything; what is not good is replaced off everybody's path. */
  #accepted(
    key: string,
    value: unknown,
    { atMs, turn }: Pick<Known, 'atMs' | 'turn'>,
    note: NoteFact,
  ): string | undefined {
    const generation = isName(value) && !retired.has(value) ? value : undefined;
    const known = this.#remembered.get(key);
    if (known !== undefined && known.turn > turn) return generation;
    const replacedAtMs = known?.replacedAtMs ?? -Infinity;
    if (generation !== undefined || value === undefined) {
      if (known?.generation !== generation) retire(known?.generation);
      keep(this.#remembered, key, { generation, atMs, turn, replacedAtMs });
    } else if (atMs - replacedAtMs >= REPLACED_EVERY_MS) {
      this.#giveUp(key, atMs);
      this.#store.set(key, randomUUID(), this.#lifeMs, note).catch(() => {}); // the store has stated its failure
    }
    return generation;
  }

  #giveUp(key: string, replacedAtMs: number): void {
    retire(this.#remembered.get(key)?.generation);
    keep(this.#remembered, key, { generation: undefined, atMs: replacedAtMs, turn: this.#nextTurn(), replacedAtMs });
  }

  #nextTurn(): number {
    this.#turn += 1;
    return this.#turn;
  }

  /** The second caller does not adopt the first one's generation: it may be younger than the call that is under way. */
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

function retire(generation: string | undefined): void {
  if (generation !== undefined) keep(retired, generation, true);
}

/** Whether a value can be a name that this class gives. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length === NAME_LENGTH;
}

/** Puts a value at the end, and drops the first one when there are too many. */
function keep<V>(values: Map<string, V>, key: string, value: V): void {
  values.delete(key);
  values.set(key, value);
  if (values.size <= MAX_REMEMBERED) return;
  const [first] = values.keys();
  if (first !== undefined) values.delete(first);
}

/** What stands for the tags of a request and their generations, all of them or none. */
export function stampOf(keys: readonly string[], generations: Current | undefined): string | undefined {
  if (generations === undefined || generations.includes(undefined)) return undefined;
  return digestOf(JSON.stringify([keys, generations])).slice(0, 22);
}
