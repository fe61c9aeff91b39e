import type { ReportedExecution } from 'tta-dev-primitives';

/**
 * The facts of one execution, read without trust in their types: other copies and versions of a package state them too. A fact with
 * another type than asked for is as good as missing.
 */
export class FactSheet {
  readonly #facts: ReportedExecution['facts'];

  constructor({ facts }: ReportedExecution) {
    this.#facts = facts;
  }

  /** The last value stated under a name. */
  last(name: string): unknown {
    for (let at = this.#facts.length - 1; at >= 0; at -= 1) {
      if ((this.#facts[at]?.name as string) === name) return this.#facts[at]?.value;
    }
    return undefined;
  }

  number(name: string): number | undefined {
    const value = this.last(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.last(name);
    return typeof value === 'string' ? value : undefined;
  }

  has(name: string): boolean {
    return this.last(name) !== undefined;
  }

  /** Every value stated under a name, in order. */
  *all(name: string): Generator<unknown> {
    for (const fact of this.#facts) if ((fact.name as string) === name) yield fact.value;
  }
}
