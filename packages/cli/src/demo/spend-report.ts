import { AmountSums, type LedgerAmounts, type Usage } from 'tta-observability-integration/llm';
import type { KnownAnswer, PlannedRequest } from '../workload/workload.ts';
import type { SentRequest } from './sent-request.ts';

/** What tokens of a model cost, in US dollars; null when its price is not known. */
export type CostOf = (model: string, usage: Usage) => number | null;

/** How good the answer of a model to a prompt is, from 0 to 1; null if it was not graded. */
export type QualityOf = (model: string, prompt: string) => number | null;

/** What the baseline model answers to a request; undefined if unknown. */
export type BaselineAnswer = (request: PlannedRequest) => KnownAnswer | undefined;

export interface SpendReportInput {
  readonly sent: readonly SentRequest[];
  /** What each model really cost, in US dollars, including answers that arrived after their caller had left. */
  readonly spendByModel: ReadonlyMap<string, number>;
  readonly baseline: string;
  readonly costOf: CostOf;
  readonly qualityOf: QualityOf;
  readonly baselineAnswer: BaselineAnswer;
  /** What all calls for the answer to a prompt cost, in US dollars. @defaultValue what the tokens of the answer cost */
  readonly callsUsd?: ((prompt: string) => number | undefined) | undefined;
}

/** Where the money went, in US dollars. `spendUsd + savedUsd` is `baselineUsd`. */
export interface SpendReport extends Pick<LedgerAmounts, 'spendUsd' | 'baselineUsd' | 'savedUsd'> {
  /** Saved because the calls that made the answer cost less than one of the baseline model. */
  readonly byRoutingUsd: number;
  /** Saved because the answer did not have to be written again. */
  readonly byCacheUsd: number;
  /**
   * The baseline of requests that got no answer, less what was spent on answers that were not delivered. It is part of the saving, and
   * nothing to be proud of.
   */
  readonly unansweredUsd: number;
  /** The sum of the quality of all answers given, as a share of that of the baseline's answers; null if they are not graded. */
  readonly qualityRetained: number | null;
  /** How many requests were answered. */
  readonly entries: number;
  /** How many of them hold an amount that is not known; such an amount is in no sum. */
  readonly unpriced: number;
}

/**
 * Compares what was spent with the baseline: the same requests, all answered by one model, with no cache.
 *
 * The baseline of a request is priced by the tokens that the baseline model is known to use for it; otherwise, by the
 * tokens of the answer that was given. Requests that were cancelled are in neither side.
 */
export function spendReportFor(input: SpendReportInput): SpendReport {
  const { sent, spendByModel } = input;
  const answered = new AmountSums();
  const unanswered = new AmountSums();
  let paidForUsd = 0;
  let unansweredBaselineUsd = 0;
  for (const request of sent) {
    const baselineUsd = baselineOf(request, input);
    if (request.outcome !== 'answered') {
      if (request.outcome !== 'cancelled') unansweredBaselineUsd += baselineUsd ?? 0;
      continue;
    }
    const { model, usage, source } = request;
    const callsUsd = input.callsUsd?.(request.request.prompt);
    const costUsd = callsUsd ?? (model === undefined || usage === undefined ? null : input.costOf(model, usage));
    const routeUsd = costUsd === null || baselineUsd === null ? null : baselineUsd - costUsd;
    if (source === 'model') paidForUsd += costUsd ?? 0;
    answered.request(costUsd === null || routeUsd === null ? 1 : 0);
    answered.attempt({ costUsd: source === 'model' ? costUsd : 0 });
    if (routeUsd !== null) answered.saved({ routing: routeUsd });
    if (source !== 'model' && costUsd !== null) answered.saved({ [CAUSES[source]]: costUsd });
  }
  const spendUsd = [...spendByModel.values()].reduce((sum, usd) => sum + usd, 0);
  const wastedUsd = spendUsd - paidForUsd;
  unanswered.attempt({ costUsd: wastedUsd, wastedBecause: 'failed' });
  unanswered.saved({ routing: unansweredBaselineUsd - wastedUsd });
  return { ...totalOf(answered.snapshot(), unanswered.snapshot()), qualityRetained: qualityRetained(input) };
}

/** What spared the call of a model, in the words of a ledger. */
const CAUSES = { cache: 'cache', coalesced: 'coalescing' } as const;

function baselineOf({ request, usage }: SentRequest, input: SpendReportInput): number | null {
  const { baseline, costOf, baselineAnswer } = input;
  const tokens = baselineAnswer(request) ?? usage;
  return tokens === undefined ? null : costOf(baseline, tokens);
}

function totalOf(answered: LedgerAmounts, unanswered: LedgerAmounts): Omit<SpendReport, 'qualityRetained'> {
  const { routing = 0, cache = 0, coalescing = 0 } = answered.savedByCause;
  return {
    spendUsd: answered.spendUsd + unanswered.spendUsd,
    baselineUsd: answered.baselineUsd + unanswered.baselineUsd,
    savedUsd: answered.savedUsd + unanswered.savedUsd,
    byRoutingUsd: routing,
    byCacheUsd: cache + coalescing,
    unansweredUsd: unanswered.savedUsd,
    entries: answered.requests,
    unpriced: answered.unpriced,
  };
}

function qualityRetained({ sent, qualityOf, baselineAnswer }: SpendReportInput): number | null {
  let given = 0;
  let possible = 0;
  for (const { request, outcome, model } of sent) {
    if (outcome === 'cancelled') continue;
    const best = baselineAnswer(request)?.quality ?? null;
    const quality = outcome === 'answered' && model !== undefined ? qualityOf(model, request.prompt) : 0;
    if (best === null || quality === null) return null;
    possible += best;
    given += quality;
  }
  return possible === 0 ? null : given / possible;
}
