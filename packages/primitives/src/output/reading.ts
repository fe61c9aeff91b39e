import type { Taker } from './pending-reads.ts';

/** How a source is read: by a method that returns its next result, or by one that gives it at once or later. */
export type Reading = Pulled | Given;

export interface Pulled {
  readonly pull: (value?: unknown) => unknown;
  readonly source: object;
  readonly give?: undefined;
}

interface Given {
  readonly give: (taker: Taker) => void;
  readonly pull?: undefined;
  readonly source?: undefined;
}

/** A source, and how it is left. */
export interface Source {
  readonly reading: Reading;
  readonly leave: (reason: unknown) => unknown;
}
