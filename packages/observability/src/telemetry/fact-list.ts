import type { Facts } from 'tta-dev-primitives';
import type { FactName } from 'tta-dev-primitives/internal';
import type { FactEntry, Measured, Recorder } from './fact-entry.ts';
import type { StatedFacts } from './spans/span-definition.ts';

/** A name, its newest value and what becomes of it, one after the other. */
const STRIDE = 3;

/** The newest values of the facts of one execution. They are few, and in an array they are found faster than in a map. */
export class FactList implements StatedFacts {
  #items: unknown[] | undefined;

  get<Name extends FactName>(name: Name): Facts[Name] | undefined {
    const index = this.#indexOf(name);
    return index === -1 ? undefined : (this.#items?.[index + 1] as Facts[Name]); // it was set under its name
  }

  set(name: FactName, value: unknown, entry: FactEntry<never>): void {
    const index = this.#indexOf(name);
    if (this.#items === undefined) this.#items = [name, value, entry];
    else if (index === -1) this.#items.push(name, value, entry);
    else this.#items[index + 1] = value;
  }

  /** Measures what each fact says of the whole execution. */
  measure(measured: Measured, recorder: Recorder, onError: () => void): void {
    const items = this.#items ?? [];
    for (let index = 0; index < items.length; index += STRIDE) {
      const { onEnd } = items[index + 2] as FactEntry<never>;
      if (onEnd === undefined) continue;
      try {
        onEnd(items[index + 1] as never, measured, recorder);
      } catch {
        onError(); // what the other facts measure is measured all the same
      }
    }
  }

  #indexOf(name: FactName): number {
    const items = this.#items;
    if (items === undefined) return -1;
    for (let index = 0; index < items.length; index += STRIDE) if (items[index] === name) return index;
    return -1;
  }
}
