import type { Known, Usd } from './amounts.ts';
import type { RequestRow } from './request-row.ts';

/** `GET /api/requests/{id}`; what "copy as JSON" copies. */
export interface RequestDetail {
  readonly row: RequestRow;
  readonly names: RequestNames;
  readonly comparison: RequestComparison;
  /** The tree of executions, each before those that it made. */
  readonly steps: readonly RequestStep[];
  /** Missing when no router decided. */
  readonly decision?: Decision;
  /** Missing when the answer was no stream. */
  readonly stream?: StreamHealth;
  /** What is paid for, one line each; they add up to the cost. Empty when it is unknown. */
  readonly costLines: readonly CostLine[];
  /** Its neighbours in the order of time, for the page's "previous" and "next". */
  readonly olderId?: string;
  readonly newerId?: string;
}

export interface RequestNames {
  readonly id: string;
  readonly workflowId?: string;
  readonly correlationId?: string;
  readonly traceId?: string;
  readonly tenant?: string;
  readonly user?: string;
  readonly session?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The figures at the top of the screen. */
export interface RequestComparison {
  readonly paidUsd: Usd;
  /** What tries that failed cost; part of `paidUsd`. */
  readonly failedTriesUsd: Usd;
  readonly failedTries: number;
  /** Estimated before the call. */
  readonly expectedUsd?: Usd;
  readonly baseline?: { readonly route?: string; readonly usd: Usd };
  readonly savedUsd?: Usd;
  /** Whether the saving is an estimate (a route) or realised (the cache). */
  readonly savedBy?: 'route' | 'cache';
  /** The usual first chunk of the route, in milliseconds. */
  readonly usualFirstChunkMs?: Known;
  /** The limit of the outermost timeout. */
  readonly limitMs?: number;
}

/** One row of the waterfall. */
export interface RequestStep {
  /** How deep in the tree; the root is 0. */
  readonly depth: number;
  /** `timeout`, `cache`, `router`, `call` ... */
  readonly kind: string;
  readonly name: string;
  /** A few words beside the name: `redis`, `by demand`, `429`, the model. */
  readonly detail?: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** Drawn as a thin line when it contains the work of others, as a bar when it is work or waiting itself. */
  readonly shape: 'container' | 'work' | 'waiting';
  readonly status: 'ok' | 'failed' | 'cancelled' | 'running';
  /** The route whose colour it takes; missing for grey. */
  readonly route?: string;
  /** Since the start of the step: the ink tick. */
  readonly firstChunkMs?: number;
  /** When a step that contains others waited: for a place, or between two tries. */
  readonly waits?: readonly { readonly startMs: number; readonly durationMs: number }[];
  /** Written at the end of the bar: "rate limit, retry after 20 s". */
  readonly note?: string;
  /** Missing when a step of this kind costs nothing. */
  readonly costUsd?: Usd;
}

/** Why that route. */
export interface Decision {
  readonly router: string;
  readonly reason: string;
  /** One to three plain sentences. */
  readonly text: string;
  readonly score?: number;
  /** Whether the route that was taken first could not answer. */
  readonly isFallback: boolean;
  /** By price, the highest first; unknown prices last. */
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  readonly route: string;
  readonly model: string | null;
  readonly estimateUsd: Usd;
  /** `baseline`: what savings are measured against. */
  readonly role: 'baseline' | 'estimate' | 'no_price';
  readonly isChosen: boolean;
  /** "asked first; 429 after 238 ms", "not taken: demand above 0.35". */
  readonly text: string;
}

export interface StreamHealth {
  readonly ending: 'whole' | 'cut' | 'cancelled' | 'timeout' | 'failed';
  /** The provider's own word: `stop`, `length`. */
  readonly finish?: string;
  readonly chunks: Known;
  readonly gapP50Ms: Known;
  readonly longestGapMs: Known;
  /** The idle limit that the longest gap is measured against. */
  readonly idleLimitMs?: number;
  readonly tokensPerSecond: Known;
  readonly firstChunkMs: Known;
  readonly endMs: number;
  /** When each chunk came, since the start of the request, in milliseconds; missing when the times were not kept. At most 400. */
  readonly chunkAtMs?: readonly number[];
}

export interface CostLine {
  /** "tokens in", "in, cached", "tokens out", "call". */
  readonly what: string;
  readonly tokens?: number;
  readonly usd: Usd;
}
