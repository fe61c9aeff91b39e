import type { LedgerEntry, LedgerScore, Usage } from 'tta-observability-integration/llm';
import type {
  CacheWord,
  Decision,
  Known,
  RequestNames,
  RequestRow,
  RequestStatus,
  RequestStep,
  StreamHealth,
  Usd,
} from '../wire/index.ts';

/** One ended request, as each source gives it: the program itself, a ledger file, or spans of another program. */
export interface SeenRequest {
  readonly names: RequestNames;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly workflow: string;
  readonly status: RequestStatus;
  readonly failure?: string | undefined;
  readonly answeredBy?: RequestRow['answeredBy'];
  /** The route that was taken last; without a router, the model. */
  readonly route?: string | undefined;
  readonly model?: string | null | undefined;
  readonly why?: RequestRow['why'];
  readonly firstChunkMs?: Known | undefined;
  readonly money: SeenMoney;
  /** Whether it was held out to measure savings. */
  readonly group?: LedgerEntry['group'];
  readonly calls: readonly SeenCall[];
  readonly lookups: readonly SeenLookup[];
  readonly decision?: SeenDecision | undefined;
  readonly timeouts: readonly SeenTimeout[];
  readonly retries: readonly SeenRetry[];
  readonly queued: readonly SeenQueue[];
  readonly states: readonly SeenState[];
  readonly places: readonly SeenPlaces[];
  readonly limits: readonly SeenLimit[];
  readonly shadow?: SeenShadow | undefined;
  /** How far scores have moved, as a population stability index. */
  readonly drift?: number | undefined;
  readonly stream?: StreamHealth | undefined;
  readonly limitMs?: number | undefined;
  readonly steps: readonly RequestStep[];
}

/** In US dollars, by the definitions of the ledger. null is unknown; a missing amount does not apply. */
export interface SeenMoney {
  readonly costUsd: Usd;
  /** The part of the cost that is known. */
  readonly knownCostUsd: number;
  /** Whether every amount of the request is known. */
  readonly isPriced: boolean;
  /** What calls cost whose answers the caller did not get; part of the cost. */
  readonly wastedUsd: number;
  /** The known part of what routes saved; negative for a loss. */
  readonly savedByRouteUsd?: number | undefined;
  /** The known part of what caches saved. */
  readonly savedByCacheUsd?: number | undefined;
  /** What the request saved in all; null if a part is unknown. */
  readonly savedUsd?: Usd | undefined;
  readonly baselineUsd?: Usd | undefined;
  readonly baseline?: string | undefined;
  readonly expectedUsd?: Usd | undefined;
  readonly measuringUsd?: number | undefined;
  /** Of a request without an answer: what the baseline was expected to cost beyond what the request cost. */
  readonly noAnswerUsd?: number | undefined;
}

/** One call of a model. */
export interface SeenCall {
  readonly route: string;
  readonly isRouted: boolean;
  readonly model: string | null;
  readonly provider: string | null;
  readonly durationMs: number;
  readonly firstChunkMs?: number | undefined;
  /** The kind of its failure; undefined for an answer, `cancelled` when the caller went away. */
  readonly failure?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly costUsd: Usd;
}

/** One lookup of a cache. */
export interface SeenLookup {
  readonly operation: string;
  readonly word: CacheWord;
  /** Missing in a ledger. */
  readonly durationMs?: number | undefined;
  readonly ageMs?: number | undefined;
  /** Why nothing was stored, or why nothing was looked up. */
  readonly skipped?: string | undefined;
  readonly savedUsd?: Usd | undefined;
  /** Why the store could not be used. */
  readonly storeError?: string | undefined;
  /** The tokens of an answer that was not asked for again, and the model that had made it. */
  readonly usage?: Usage | undefined;
  readonly model?: string | undefined;
  readonly store?: SeenStore | undefined;
}

/** What a store held in this process, or its near tier. */
export interface SeenStore {
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly isNear: boolean;
}

export interface SeenDecision extends Decision {
  readonly route: string;
  /** The route that the score is for, when it could not be taken. */
  readonly meant?: string | undefined;
  readonly fallbacks: readonly { readonly route: string; readonly cause: string }[];
  readonly strategy?: string | undefined;
  readonly look?: LedgerScore | undefined;
  /** The route that takes what is above the last threshold. */
  readonly above?: string | undefined;
}

export interface SeenTimeout {
  readonly operation: string;
  readonly limitMs: number;
  readonly graceMs: Known;
  readonly phase?: 'late' | 'hard' | 'first_chunk' | 'idle' | 'total' | undefined;
  readonly lagMs?: number | undefined;
}

export interface SeenRetry {
  readonly operation: string;
  readonly outcome: string;
  readonly attempts: number;
  readonly delaysMs: readonly number[];
}

export interface SeenQueue {
  readonly name: string;
  readonly outcome: string;
  readonly waitedMs?: number | undefined;
}

/** How full a bulkhead was after the request. */
export interface SeenPlaces {
  readonly name: string;
  readonly running: number;
  readonly maxRunning: Known;
  readonly queued: number;
  readonly maxQueued: Known;
}

/** What counted against the limits of a key after the request. */
export interface SeenLimit {
  readonly operation: string;
  readonly key: string;
  readonly uses: readonly {
    readonly limit: 'requests' | 'tokens' | 'concurrent' | 'budget';
    readonly used: Known;
    readonly allowed: number;
    readonly windowMs?: number | undefined;
    readonly endsAtMs?: number | undefined;
  }[];
  /** The limit that refused the request. */
  readonly refusedBy?: string | undefined;
}

/** What a breaker, a route or a store was after the request. */
export interface SeenState {
  readonly kind: 'route' | 'breaker' | 'store';
  readonly name: string;
  readonly state: 'closed' | 'ready' | 'cooling' | 'half_open' | 'open';
  readonly atMs: number;
  readonly untilAtMs?: number | undefined;
  readonly cause?: string | undefined;
  /** Of a breaker: whether it refused the request. */
  readonly isRefused?: boolean | undefined;
}

export interface SeenShadow {
  readonly costUsd: Usd;
  /** Whether the cheaper answer was as good, where that was judged. */
  readonly isAsGood?: boolean | undefined;
}
