import type { FactName, Facts, NoteFact } from '../facts.ts';
import type { ExecutionRecord } from './execution-record.ts';

/** All facts stated beneath one call, by any execution; passed on to the outer record. */
export class FlatRecord implements ExecutionRecord {
  readonly isFlat = true;
  readonly #names: FactName[] = [];
  readonly #values: unknown[] = [];
  readonly #outer: NoteFact | undefined;
  readonly note: NoteFact = (name, value) => {
    this.#names.push(name);
    this.#values.push(value);
    this.#outer?.(name, value);
  };

  /** @param outer - receives every fact too */
  constructor(outer?: NoteFact) {
    this.#outer = outer;
  }

  factsOf<Name extends FactName>(name: Name): Facts[Name][] {
    return this.#values.filter((_, index) => this.#names[index] === name) as Facts[Name][];
  }

  forEachFact(visit: (name: FactName, value: Facts[FactName]) => void): void {
    // A loop by index, because routers and caches read their records with every request.
    for (let index = 0; index < this.#names.length; index += 1) {
      visit(this.#names[index] as FactName, this.#values[index] as Facts[FactName]);
    }
  }
}
