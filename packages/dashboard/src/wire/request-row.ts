import type { Known, Usd } from './amounts.ts';

/** How a request ended. `cut`: its stream broke off. `cancelled`: the caller went away. */
export type RequestStatus = 'ok' | 'late' | 'timeout' | 'error' | 'cut' | 'cancelled';

/** `shared`: a call that another request had already made. */
export type CacheWord = 'hit' | 'shared' | 'stale' | 'miss' | 'bypassed';

/** One line of the table of requests. */
export interface RequestRow {
  /** Grows with every request that ends; the order of the table and the cursor of the events. */
  readonly seq: number;
  /** The permalink: `GET /api/requests/{id}`. */
  readonly id: string;
  /** When it began; `atMs + totalMs` is when it ended. */
  readonly atMs: number;
  /** The name of the outermost primitive, or of the workflow. */
  readonly workflow: string;
  readonly tenant?: string;
  readonly status: RequestStatus;
  /** The kind of the failure: `rate_limit`, `timeout` ...; missing when it was answered. */
  readonly failure?: string;
  /** Who gave the answer: a model, the cache, or code that called no model. Missing without an answer. */
  readonly answeredBy?: 'model' | 'cache' | 'code';
  /** The route that was taken last; for an answer from the cache, the route that made it, if that is known. */
  readonly route?: string;
  readonly model?: string | null;
  /** Why that route; missing when no router decided. */
  readonly why?: {
    /** One word of the router. */
    readonly reason: string;
    /** For a cell of the table: "demand", "large rate limited". */
    readonly brief: string;
    /** In sentences. */
    readonly text: string;
    readonly score?: number;
  };
  /** Missing when there was no cache. */
  readonly cache?: CacheWord;
  /** Calls of a model. 0 for an answer from the cache. */
  readonly attempts: number;
  /** Missing when the answer was no stream. */
  readonly firstChunkMs?: Known;
  readonly totalMs: number;
  readonly tokensIn?: Known;
  readonly tokensOut?: Known;
  /** Tokens in that the provider had cached; part of `tokensIn`. */
  readonly tokensCached?: Known;
  readonly costUsd: Usd;
  /** What the baseline would have cost; missing when there is no baseline. */
  readonly baselineUsd?: Usd;
  /** Baseline less cost; missing when there is no baseline or no answer. */
  readonly savedUsd?: Usd;
}
