import type { Range } from './amounts.ts';

/** What every screen shows around its content. It comes with each event. */
export interface Status {
  /** The instant of this state, by the server's clock. */
  readonly nowAtMs: number;
  /** When the dashboard began to listen. */
  readonly startedAtMs: number;
  readonly source: Source;
  /** Requests that ended since the start. 0 shows the empty state. */
  readonly requests: number;
  /** The shortest range that shows every request since the start, up to an hour; of a ledger, up to a week. */
  readonly autoRange: Range;
  /** Requests that have begun and not ended. */
  readonly running: number;
  /** Over the last ten seconds. */
  readonly requestsPerSecond: number;
  /** When a request last ended; missing before the first. */
  readonly lastRequestAtMs?: number;
  /** Every route seen, in the order in which they were first seen. A screen names a route by its `name`. */
  readonly routes: readonly RouteInfo[];
  /** What is wrong now, worst first. */
  readonly banners: readonly Banner[];
  readonly kept: Kept;
}

/** Where the requests come from. */
export interface Source {
  /** `process`: the program that serves the page. `ledger`: a file. `otlp`: spans that other programs send. */
  readonly kind: 'process' | 'ledger' | 'otlp';
  /** The name of the service, of the file, or of the programs; shown beside the brand. */
  readonly name: string;
  /** What the page listens on or has read: `127.0.0.1:9464`, `ledger.jsonl`. */
  readonly address: string;
}

/**
 * A route of a router, or a model that was called without a router. Both are called a route on the wire.
 *
 * A name that users chose is text as they wrote it, up to 200 characters, then `…`. It may hold anything: HTML, newlines, right-to-left marks.
 */
export interface RouteInfo {
  readonly name: string;
  readonly kind: 'route' | 'model';
  /** The model that answered last; null if none has said its name. */
  readonly model: string | null;
  readonly provider: string | null;
  /** Price of that model in US dollars for a million tokens: by the list, or as it was paid. Null when it is unknown. */
  readonly price: { readonly inUsd: number; readonly outUsd: number } | null;
  /** Whether savings are measured against it. */
  readonly isBaseline: boolean;
}

/** How much the dashboard holds, and what it had to let go. */
export interface Kept {
  readonly requests: number;
  readonly maxRequests: number;
  /** Ended requests that are no longer in memory. They stay in every sum. */
  readonly dropped: number;
  /** Whether older requests are in the history database. */
  readonly history: boolean;
  /** Whether prompts and answers are kept. */
  readonly content: boolean;
}

/** `not_working`: red. `different`: amber, working differently. `set_up`: plain. */
export type BannerLevel = 'not_working' | 'different' | 'set_up';

/** One cause; it goes when the cause goes. */
export interface Banner {
  /** The same while the cause lasts. */
  readonly id: string;
  readonly level: BannerLevel;
  readonly kind: BannerKind;
  /** What it is about: the name of a route, breaker, store or model. */
  readonly subject?: string;
  /** The bold words: "The store cannot be reached". */
  readonly title: string;
  /** One or two sentences: what happens instead, what it cost. */
  readonly text: string;
  readonly sinceAtMs?: number;
  /** When it is tried again; of a budget, when the next window begins. */
  readonly untilAtMs?: number;
  /** What the requests or calls that `text` counts cost; of a budget, what it has spent. Missing where it is unknown or nothing. */
  readonly costUsd?: number;
  /** A line to paste that mends it. */
  readonly code?: string;
  /** The screen that explains it. */
  readonly screen: 'requests' | 'routes' | 'cache' | 'resilience' | 'savings';
}

export type BannerKind =
  | 'store_down'
  | 'breaker_open'
  | 'route_cooling'
  | 'budget_exhausted'
  | 'unpriced'
  | 'dropped'
  | 'set_up';
