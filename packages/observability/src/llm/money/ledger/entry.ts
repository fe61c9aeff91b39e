import type { FailureKind } from 'tta-dev-primitives';
import type { LlmOperation } from '../../call/facts.ts';
import type { StreamHealth } from '../../call/stream-health.ts';
import type { Usage } from '../usage.ts';

/**
 * What made the difference to the baseline.
 *
 * - `routing`: a router took another route than its baseline. An estimate: the same tokens at the price of the baseline
 * - `cascade`: a cheap stage answered. An estimate where the last stage was not asked
 * - `cache`: a stored answer. Realised: the answer was paid once, and its price is known
 * - `coalescing`: a call that concurrent requests share. Realised as well
 */
export type SavingCause = 'routing' | 'cascade' | 'cache' | 'coalescing';

/**
 * Why money was spent on a call whose answer the caller did not get.
 *
 * - `retried`, `fell_back`, `rejected`: another attempt, route or stage of a cascade answered in its place
 * - `outraced`: another branch of a race answered first
 * - `timed_out`: a timeout gave it up
 * - `cancelled`: the caller left
 * - `failed`: nothing answered in its place
 */
export type WasteCause = 'retried' | 'fell_back' | 'rejected' | 'outraced' | 'timed_out' | 'cancelled' | 'failed';

/** How the work of a request, or of an attempt, ended; `running` if it went on when the entry was written. */
export type LedgerStatus = 'success' | 'error' | 'cancelled' | 'running';

/** What happened in one request: one line of a ledger. It contains no prompts, answers, keys or error messages. */
export interface LedgerEntry {
  /** The version of this shape. */
  readonly version: 1;
  /** Different for every request of every process. */
  readonly id: string;
  readonly workflowId: string;
  readonly sessionId?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly userId?: string | undefined;
  /** The tags of the context. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Whether the request was held out to measure savings; absent if no request was. */
  readonly group?: 'treated' | 'held_out' | undefined;
  /** The name of the outermost primitive. */
  readonly workflow: string;
  /** The kind of the outermost primitive: `timeout`, `sequence` ... */
  readonly kind: string;
  /** When it began, in milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
  /** Until all work had really ended, in milliseconds. */
  readonly durationMs: number;
  readonly status: LedgerStatus;
  /** What it failed with; absent if it did not fail, `unknown` if the error is not a known one. */
  readonly failure?: FailureKind | undefined;
  /** What the first model call was asked; absent if no model was to be called. */
  readonly asked?: LedgerAsked | undefined;
  /** Milliseconds until the first chunk of the answer; absent if the answer is not a stream. */
  readonly firstChunkMs?: number | undefined;
  /** The route that the outermost router took last; absent without a router. */
  readonly route?: string | undefined;
  /** Why the outermost router decided on its first route. */
  readonly reason?: string | undefined;
  /** The decisions of all routers, in the order in which they began. */
  readonly decisions: readonly LedgerDecision[];
  /** Every call of a model, in the order in which they began. An answer from a cache is not a call. */
  readonly attempts: readonly LedgerAttempt[];
  /** How the lookup of the outermost cache ended; absent without a cache. */
  readonly cacheOutcome?: LedgerLookup['outcome'] | undefined;
  /** The lookups of all caches, in the order in which they began. */
  readonly lookups: readonly LedgerLookup[];
  /** All timeouts, in the order in which they began. */
  readonly timeouts: readonly LedgerTimeout[];
  /** How many attempts retries added. */
  readonly retries: number;
  /** How many times a router or a fallback went on to another route or step. */
  readonly fallbacks: number;
  /** The tokens of all attempts together; absent if no attempt says what it used. */
  readonly usage?: Usage | undefined;
  /** What all attempts cost, in US dollars; null if the cost of one is unknown. The known part is the sum over `attempts`. */
  readonly costUsd: number | null;
  /** What the request would have cost with nothing saved, in US dollars: `costUsd` and all savings; null if one is unknown. */
  readonly baselineUsd: number | null;
  /** What was saved, by cause, in US dollars; negative where it cost more. Amounts that are unknown are in no sum. */
  readonly savedUsd: Readonly<Partial<Record<SavingCause, number>>>;
  /** What attempts cost whose answers the caller did not get, by cause, in US dollars. Part of `costUsd`. */
  readonly wastedUsd: Readonly<Partial<Record<WasteCause, number>>>;
  /** How many amounts are unknown; absent if all are known. */
  readonly unpriced?: LedgerUnpriced | undefined;
}

/** Amounts that are unknown, counted. They are in no sum. */
export interface LedgerUnpriced {
  /** Attempts whose cost is unknown. */
  readonly attempts?: number | undefined;
  /** Savings that are unknown, by cause. */
  readonly savings?: Readonly<Partial<Record<SavingCause, number>>> | undefined;
  /** Executions and facts that the record had no room for; see `RequestRecord`. Their money is unknown. */
  readonly omitted?: number | undefined;
}

/** What a model was asked, without the content. */
export interface LedgerAsked {
  readonly operation: LlmOperation;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  /** Absent if the request does not say. */
  readonly isStream?: boolean | undefined;
}

/** One decision of a router. */
export interface LedgerDecision {
  /** The name of the router. */
  readonly router: string;
  /** The name of the strategy: `byCost`, `byRules` ...; absent for a function. */
  readonly strategy?: string | undefined;
  /** The route that it decided on; absent if the strategy refused. */
  readonly route?: string | undefined;
  readonly reason?: string | undefined;
  /** Why the strategy sent the request nowhere. */
  readonly refusal?: string | undefined;
  /** What the answer of the first route was expected to cost, in US dollars; absent if unknown. */
  readonly estimatedUsd?: number | undefined;
  /** The score by which the strategy chose; absent if it has none, or if that was not stated. */
  readonly score?: LedgerScore | undefined;
  /** All routes with their estimates, in the order of the router; absent if they were not stated. */
  readonly candidates?: readonly LedgerCandidate[] | undefined;
  /** The routes that could not answer, and why, in the order in which they were left. */
  readonly left: readonly { readonly route: string; readonly because: string }[];
  /** What the answer would have cost at the baseline; absent without a baseline. */
  readonly baseline?: LedgerBaseline | undefined;
  /** What it saved, in US dollars; negative where it cost more. Null if unknown, absent without a baseline. An estimate. */
  readonly savedUsd?: number | null | undefined;
  /** How the health of routes changed by it; absent if it did not. */
  readonly health?: readonly LedgerRouteHealth[] | undefined;
}

/** What a strategy with thresholds saw in a request: the higher, the more the request asks of a model. */
export interface LedgerScore {
  readonly value: number;
  /** Each route but the last takes scores up to its threshold; the lowest first. */
  readonly thresholds: readonly { readonly route: string; readonly upTo: number }[];
}

/** A route began to cool down, or works again after it did. */
export interface LedgerRouteHealth {
  readonly route: string;
  readonly state: 'cooling' | 'recovered';
  /** The class of the error that it cools down for. */
  readonly because?: string | undefined;
  /** Until when it cools down, in milliseconds since the Unix epoch. */
  readonly untilMs?: number | undefined;
}

/** A route that a router could have taken. */
export interface LedgerCandidate {
  readonly route: string;
  readonly model?: string | undefined;
  /** What the answer was expected to cost there, in US dollars; null if unknown. */
  readonly estimatedUsd: number | null;
  /** How long the route took to begin half of its newest answers, in milliseconds; null before the first. */
  readonly p50Ms: number | null;
  /** Why the strategy could not choose it: it cools down, or its circuit is open; absent if it could. */
  readonly ruledOut?: 'cooling' | 'circuit_open' | 'probing' | undefined;
  /** Until when it cools down, in milliseconds since the Unix epoch. */
  readonly untilMs?: number | undefined;
}

/** The route that would have answered without the router. */
export interface LedgerBaseline {
  readonly route: string;
  readonly model?: string | undefined;
  /** The tokens of the answer at the price of this route, in US dollars; null if unknown. */
  readonly costUsd: number | null;
}

/** One call of a model. */
export interface LedgerAttempt {
  readonly operation: LlmOperation;
  readonly provider?: string | undefined;
  /** The model that was asked. */
  readonly model?: string | undefined;
  /** The model that answered, as the provider names it. */
  readonly responseModel?: string | undefined;
  /** The route of the nearest router; absent without a router. */
  readonly route?: string | undefined;
  /** When it began, in milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
  /** Milliseconds until the first chunk of its stream; absent if it gave none. */
  readonly firstChunkMs?: number | undefined;
  readonly durationMs: number;
  readonly status: LedgerStatus;
  /** What kept the model from answering. */
  readonly failure?: FailureKind | undefined;
  /** The HTTP status of the failure. */
  readonly httpStatus?: number | undefined;
  /** Why each choice of the answer ended, in the words of the provider. */
  readonly finish?: readonly string[] | undefined;
  /** How its stream went; absent if it gave none. */
  readonly stream?: StreamHealth | undefined;
  readonly usage?: Usage | undefined;
  /** What it cost, in US dollars: the bill if the provider states one, otherwise the list price. Null if unknown. */
  readonly costUsd: number | null;
  /** What the list says for the same tokens, in US dollars; absent if that is `costUsd`, or unknown. */
  readonly listedUsd?: number | undefined;
  /** What the provider says it billed, in US dollars; absent if it does not say. */
  readonly billedUsd?: number | undefined;
  /** Why the caller did not get its answer; absent if the caller did. */
  readonly wastedBecause?: WasteCause | undefined;
}

/** One lookup of a cache. */
export interface LedgerLookup {
  /** The operation of the cache. */
  readonly operation: string;
  readonly outcome: 'hit' | 'miss' | 'stale' | 'bypass' | 'coalesced';
  readonly tier?: 'near' | 'far' | undefined;
  /** The model that made the answer which was served. */
  readonly model?: string | undefined;
  /** How long ago the answer was stored, in milliseconds. */
  readonly ageMs?: number | undefined;
  /** Why the request was not looked up, or the answer not stored. */
  readonly skipped?: string | undefined;
  /** Why an answer was served past its time to live. */
  readonly staleBecause?: string | undefined;
  /** Why the store could not be used. */
  readonly storeError?: string | undefined;
  /** How a refresh in the background ended. */
  readonly refreshed?: string | undefined;
  /** What it saved, in US dollars; negative for a refresh. Null if unknown, absent if it saved nothing. */
  readonly savedUsd?: number | null | undefined;
}

/** One execution of a timeout. */
export interface LedgerTimeout {
  readonly operation: string;
  readonly outcome: 'success' | 'late_success' | 'error' | 'timeout' | 'cancelled';
  /** The limits that expired, in this order. */
  readonly phases: readonly ('soft' | 'hard' | 'first_chunk' | 'idle' | 'total')[];
  readonly limitMs?: number | undefined;
  readonly graceMs?: number | undefined;
}
