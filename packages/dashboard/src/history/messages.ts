import type { LedgerEntry } from 'tta-observability-integration/llm';

/** What the worker of a history is made with. */
export interface HistoryInit {
  /** The file of the database. */
  readonly path: string;
  /** Requests that began earlier are in no sum any more. */
  readonly sinceAtMs: number;
  /** The signals of {@link SIGNALS}, shared by both threads. */
  readonly signals: Int32Array<SharedArrayBuffer>;
}

/** Where each signal is: how many batches were taken, and whether everything is written. */
export const SIGNALS = { taken: 0, closed: 1 } as const;

/** What the worker says. */
export type FromWorker =
  | { readonly kind: 'entries'; readonly entries: readonly LedgerEntry[] }
  | { readonly kind: 'loaded' }
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'problem'; readonly reason: string }
  | { readonly kind: 'closed' };

/** A message to the worker. */
export type ToWorker =
  | { readonly kind: 'write'; readonly entries: readonly LedgerEntry[] }
  | { readonly kind: 'close'; readonly entries: readonly LedgerEntry[] };
