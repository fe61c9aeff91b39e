import type { AskedRange, Buckets, Period } from './amounts.ts';
import type { CacheWord, RequestRow, RequestStatus } from './request-row.ts';

/**
 * The query of `GET /api/requests`, and of the screen in the page's own URL. Each list is repeated (`route=large&route=small`); values
 * of one list are alternatives, different lists narrow each other.
 */
export interface RequestQuery {
  /** @defaultValue 1h */
  readonly range?: AskedRange;
  /** The brush: narrows the range. Both in milliseconds since 1970. */
  readonly fromAtMs?: number;
  readonly toAtMs?: number;
  readonly status?: readonly RequestStatus[];
  readonly route?: readonly string[];
  readonly model?: readonly string[];
  readonly cache?: readonly CacheWord[];
  readonly workflow?: readonly string[];
  readonly tenant?: readonly string[];
  readonly reason?: readonly string[];
  /** Only requests whose cost is unknown (`no`) or known (`yes`). */
  readonly priced?: 'yes' | 'no';
  /** Part of an id, workflow, tenant, route or model, in any case. */
  readonly q?: string;
  readonly sort?: RequestSort;
  readonly order?: 'asc' | 'desc';
  /** Leaves out requests that ended after this one, which keeps pages apart while new requests come in. */
  readonly untilSeq?: number;
  readonly offset?: number;
  /** At most 500. @defaultValue 100 */
  readonly limit?: number;
}

export type RequestSort =
  | 'time'
  | 'workflow'
  | 'tenant'
  | 'route'
  | 'attempts'
  | 'status'
  | 'firstChunk'
  | 'total'
  | 'tokensIn'
  | 'tokensOut'
  | 'tokensCached'
  | 'cost'
  | 'saved';

/** `GET /api/requests?...` ({@link RequestQuery}) */
export interface RequestPage {
  readonly rows: readonly RequestRow[];
  /** The position of the first row among those that match. */
  readonly offset: number;
  readonly summary: RequestsSummary;
}

/** The Requests screen without its rows; pushed by the events. */
export interface RequestsSummary {
  readonly period: Period;
  /** Requests that match the query. */
  readonly matching: number;
  /** Requests in the range. */
  readonly total: number;
  /** The newest request that was counted. */
  readonly lastSeq: number;
  readonly facets: Facets;
  readonly histogram: RequestHistogram;
}

/** Each count is what the other filters leave. A value that is chosen is listed even when its count is 0. */
export interface Facets {
  readonly status: Facet<RequestStatus>;
  readonly route: Facet;
  readonly model: Facet;
  readonly cache: Facet<CacheWord>;
  readonly workflow: Facet;
  readonly tenant: Facet;
  readonly reason: Facet;
}

/** Most frequent first, at most fifty; `others` counts the requests of the rest. */
export interface Facet<Value extends string = string> {
  readonly values: readonly { readonly value: Value; readonly count: number }[];
  readonly others: number;
}

/** Requests over the whole range, with every filter but that of time. */
export interface RequestHistogram {
  readonly buckets: Buckets;
  readonly requests: readonly number[];
  readonly noAnswer: readonly number[];
}
