/** What a ledger states of each entry, for those who count: an entry belongs to no execution, so no step can state it. */
export interface EntryFacts {
  /** What the request cost, in US dollars, as far as that is known. */
  readonly spendUsd: number;
  /** What it would have cost with nothing saved. */
  readonly baselineUsd: number;
}

type Listener = (facts: EntryFacts) => void;

/** One list per process, however many copies of this package are loaded. */
const REGISTRY = Symbol.for('tta-observability-integration.ledger-listeners.v1');

const listeners: Set<Listener> = ((globalThis as { [REGISTRY]?: Set<Listener> })[REGISTRY] ??= new Set());

/**
 * Gets the facts of every entry that a ledger of the process records, once.
 *
 * @returns the function that ends it
 */
export function onLedgerEntry(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Hands the facts of an entry to those who listen; what they throw fails no ledger. */
export function stateEntry(facts: EntryFacts): void {
  for (const listener of listeners) {
    try {
      listener(facts);
    } catch {
      // The ledger has the entry, and the other listeners get it.
    }
  }
}
