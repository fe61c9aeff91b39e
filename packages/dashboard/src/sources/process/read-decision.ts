import type { ReportedExecution } from 'tta-dev-primitives';
import type { SeenDecision } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import type { Candidate } from '../../wire/index.ts';
import { FactSheet } from './fact-sheet.ts';

/** What a router decided, and what became of it. */
export interface ReadDecision {
  readonly decision: SeenDecision;
  /** The routes that were called, in order: one for each part of the execution. */
  readonly called: readonly string[];
  readonly savedUsd: number | null | undefined;
  readonly expectedUsd: number | undefined;
}

interface Fallback {
  readonly route: string;
  readonly cause: string;
}

/** Reads the execution of a router; undefined when it chose nothing. */
export function readDecision(execution: ReportedExecution): ReadDecision | undefined {
  const facts = new FactSheet(execution);
  const route = facts.text('router.route');
  if (route === undefined) return undefined;
  const fallbacks = [...facts.all('router.fallback')].flatMap(fallbackOf);
  const reason = facts.text('router.reason') ?? 'unknown';
  const unavailable = new Set(fallbacks.filter(({ cause }) => cause === 'unavailable').map((one) => one.route));
  const taken = [...facts.all('router.route')].map((name) => nameOf(String(name)));
  const decision: SeenDecision = {
    router: nameOf(execution.name),
    reason,
    text: textOf(taken[0] ?? route, nameOf(route), reason, fallbacks),
    route: nameOf(route),
    fallbacks,
    candidates: candidatesOf(facts, taken, fallbacks),
  };
  return {
    decision,
    called: taken.filter((name) => !unavailable.has(name)),
    savedUsd: facts.usd('router.savedUsd', 'router.unpriced'),
    expectedUsd: facts.number('router.estimatedCostUsd'),
  };
}

function fallbackOf(value: unknown): Fallback[] {
  const { route, errorType } = (value ?? {}) as { route?: unknown; errorType?: unknown };
  return typeof route === 'string' && typeof errorType === 'string' ? [{ route: nameOf(route), cause: errorType }] : [];
}

/** The routes that the facts name, with what each was expected to cost. */
function candidatesOf(facts: FactSheet, taken: readonly string[], fallbacks: readonly Fallback[]): Candidate[] {
  const estimates = [...facts.all('router.estimatedCostUsd')];
  return [...new Set(taken)].map((route, index) => {
    const left = fallbacks.find((one) => one.route === route);
    const estimate = taken.length === estimates.length ? estimates[index] : undefined;
    const estimateUsd = typeof estimate === 'number' ? estimate : null;
    return {
      route,
      model: null,
      estimateUsd,
      role: estimateUsd === null ? 'no_price' : 'estimate',
      isChosen: route === taken.at(-1),
      text: left === undefined ? (index === 0 ? 'asked first' : 'fallback') : leftText(index, left.cause),
    };
  });
}

function leftText(index: number, cause: string): string {
  if (cause === 'unavailable') return 'not asked: it was cooling down';
  return `${index === 0 ? 'asked first' : 'fallback'}; ${words(cause)}`;
}

/** The reasons that the strategies of the library state, in words for a reader. */
const REASONS: Readonly<Record<string, string>> = {
  routing_function: 'the routing function named it',
  invalid_route_fallback: 'the routing function named a route that does not exist, so the default was taken',
  routing_error_fallback: 'the strategy failed, so the default was taken',
  default_route: 'the strategy had no opinion, so the default was taken',
  no_route_fits: 'no route fits the request, so the default was taken',
  complexity: 'it is the cheapest that is good enough for so demanding a request',
  learned: 'it is the cheapest that is predicted to be good enough',
  cost: 'it is the cheapest',
  latency: 'it is the fastest',
  latency_probe: 'it had not been asked for a while, so its latency was measured',
  least_busy: 'it is the least busy',
  rule: 'a rule named it',
  constraints: 'it meets the constraints',
  sticky: 'the conversation was there before',
  weight: 'it was drawn by weight',
  budget: 'it keeps the budget',
  budget_paced: 'it keeps the pace of the budget',
};

function textOf(first: string, last: string, reason: string, fallbacks: readonly Fallback[]): string {
  const why = `${first}: ${REASONS[reason] ?? words(reason)}.`;
  const left = fallbacks.map(({ route, cause }) =>
    cause === 'unavailable' ? `${route} was cooling down.` : `${route} failed (${words(cause)}).`,
  );
  return [why, ...left, ...(left.length > 0 ? [`${last} answered instead.`] : [])].join(' ');
}

function words(word: string): string {
  return word.replaceAll('_', ' ');
}
