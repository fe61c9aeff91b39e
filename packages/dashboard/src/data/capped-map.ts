import { OTHERS } from './counts.ts';

/** The maximum number of different names. */
export const MAX_NAMES = 100;

/** A map from names that users choose to things that add up: names beyond the cap share one. */
export class CappedMap<Value> {
  readonly #values = new Map<string, Value>();
  readonly #make: () => Value;

  constructor(make: () => Value) {
    this.#make = make;
  }

  /** The value of a name, made when it is missing. */
  at(name: string): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const kept = this.#values.size < MAX_NAMES - 1 ? name : OTHERS;
    const value = this.#values.get(kept) ?? this.#make();
    this.#values.set(kept, value);
    return value;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  entries(): IterableIterator<[string, Value]> {
    return this.#values.entries();
  }
}
