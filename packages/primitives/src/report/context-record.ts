import type { Ending } from '../ending.ts';
import type { NoteFact } from '../facts.ts';
import type { FlatRecord } from './flat-record.ts';
import type { TreeRecord } from './tree-record.ts';

/** Where the facts of everything beneath a context go: into a tree with a node for each execution, or all into one record. */
export type ContextRecord = TreeRecord | FlatRecord;

/**
 * An observer as a context carries it. The execution that it observes has a context, so the real type cannot be named here without a
 * circle; see `withObserver`.
 */
export interface CarriedObserver {
  readonly observer: {
    observe(execution: never, run: (note: NoteFact) => Promise<Ending>): void | Promise<void>;
  };
  readonly onError: ((error: unknown) => void) | undefined;
}
