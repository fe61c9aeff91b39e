import type { TokenPrice } from 'tta-observability-integration/llm';
import type { Fault, ModelAnswer, ProviderModel } from '../provider/model.ts';
import type { Arrival } from './arrivals.ts';

/** A model of a workload: how the provider plays it, and what it costs. */
export interface WorkloadModel extends ProviderModel {
  readonly price: TokenPrice;
}

/** An answer as it was recorded or made up. */
export interface KnownAnswer extends ModelAnswer {
  /** From 0 to 1; null if it was not graded. */
  readonly quality: number | null;
}

/** One request, and when it is sent. */
export interface PlannedRequest {
  readonly id: string;
  readonly prompt: string;
  readonly isStreamed: boolean;
  /** Milliseconds after the start. */
  readonly atMs: number;
  /** What asks, and on whose behalf; undefined if the workload does not tell requests apart. */
  readonly workflow?: string;
  readonly tenant?: string;
  /** What the baseline model answers to this request; undefined if unknown. */
  readonly baseline: KnownAnswer | undefined;
}

/** How long an answer may take, in milliseconds. */
export interface Limits {
  readonly timeoutMs: number;
  readonly graceMs: number;
  /** The longest silence within a stream. */
  readonly idleMs: number;
}

/** Everything that is sent, and everything the provider needs to answer it. */
export interface Workload {
  /** One line that says what is sent. */
  readonly description: string;
  /** What the reader must know to judge the figures. */
  readonly notes: readonly string[];
  readonly requests: readonly PlannedRequest[];
  /** From the cheapest to the strongest. */
  readonly models: readonly WorkloadModel[];
  /** The model that answers everything in the comparison; it need not be one that is routed to. */
  readonly baseline: WorkloadModel;
  readonly answerOf: (model: string, prompt: string) => KnownAnswer | undefined;
  /** What goes wrong with the first call for a prompt. */
  readonly faults: ReadonlyMap<string, Fault>;
  readonly limits: Limits;
}

/** How a workload is to be made; the same settings make the same workload. */
export interface WorkloadSettings {
  /** How many requests are sent at most. */
  readonly requests: number;
  readonly seed: number;
  /** The share of prompts whose first call goes wrong, from 0 to 1. */
  readonly faults: number;
  /** How long it takes to send this number of requests, in milliseconds. */
  readonly spanFor: (requests: number) => number;
  /** Recorded traffic that says when requests are sent. */
  readonly arrivals?: readonly Arrival[] | undefined;
  /** Ends the reading of a recording. */
  readonly signal?: AbortSignal | undefined;
}

/** With faults the limits are short, and a run ends soon: five times the longest answer. Without faults only a standstill reaches them. */
export function limitsFor(faults: number): Limits {
  return faults > 0
    ? { timeoutMs: 2_500, graceMs: 1_500, idleMs: 1_500 }
    : { timeoutMs: 30_000, graceMs: 10_000, idleMs: 15_000 };
}

/** The speed at which even the longest answer is written within half a second, in tokens per second. */
export function speedFor(usual: number, longestAnswer: number): number {
  return Math.max(usual, longestAnswer * 2);
}
