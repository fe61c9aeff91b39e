import type { LedgerEntry } from 'tta-observability-integration/llm';
import type { SeenDecision } from '../../data/seen-request.ts';
import { nameOf } from '../../data/text.ts';
import type { Candidate } from '../../wire/index.ts';
import { passedOverBy, routeAbove, type ScoreBand, scoreBandOf } from './score-band.ts';

type Stated = LedgerEntry['decisions'][number];

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

const RULED_OUT = {
  cooling: 'it was cooling down',
  circuit_open: 'its circuit was open',
  probing: 'another request was probing it',
} as const;

/** A decision in words, with all routes that it was made among. @param taken - the route that was taken last */
export function decisionOf(decision: Stated, taken: string | undefined): SeenDecision {
  const first = nameOf(decision.route ?? decision.refusal ?? 'no route');
  const route = nameOf(taken ?? decision.route ?? '');
  const reason = decision.reason ?? decision.refusal ?? 'unknown';
  const { strategy, score } = decision;
  const meant = scoreBandOf(decision)?.route;
  const above = score && routeAbove(decision);
  const fallbacks = decision.left.map(({ route: left, because }) => ({ route: nameOf(left), cause: because }));
  return {
    router: nameOf(decision.router),
    reason,
    text: textOf(first, route, decision, fallbacks),
    ...(score !== undefined && { score: score.value, look: score }),
    ...(above !== undefined && { above: nameOf(above) }),
    ...(strategy !== undefined && { strategy: nameOf(strategy) }),
    route,
    ...(meant !== undefined && meant !== decision.route && { meant: nameOf(meant) }),
    fallbacks,
    isFallback: fallbacks.length > 0,
    candidates: candidatesOf(decision, route, fallbacks),
  };
}

type Fallbacks = SeenDecision['fallbacks'];

function candidatesOf(decision: Stated, taken: string, fallbacks: Fallbacks): Candidate[] {
  const { candidates = named(decision, taken), baseline } = decision;
  return candidates.map(({ route, model, estimatedUsd, ruledOut }) => {
    const name = nameOf(route);
    const left = fallbacks.find((fallback) => fallback.route === name);
    return {
      route: name,
      model: model === undefined ? null : nameOf(model),
      estimateUsd: estimatedUsd,
      role: route === baseline?.route ? 'baseline' : estimatedUsd === null ? 'no_price' : 'estimate',
      isChosen: name === taken,
      text: candidateText(
        route === decision.route,
        name === taken,
        left?.cause,
        (ruledOut && RULED_OUT[ruledOut]) ?? passedOver(route, decision),
      ),
    };
  });
}

/** The routes that the decision names, for a router that states no candidates. */
function named({ route, left, estimatedUsd }: Stated, taken: string): NonNullable<Stated['candidates']> {
  const names = new Set([...(route === undefined ? [] : [route]), ...left.map((one) => one.route), taken]);
  return [...names].map((name) => ({
    route: name,
    estimatedUsd: name === route ? (estimatedUsd ?? null) : null,
    p50Ms: null,
  }));
}

function candidateText(
  isFirst: boolean,
  isTaken: boolean,
  left: string | undefined,
  ruledOut: string | undefined,
): string {
  if (left === 'unavailable') return `not asked: ${ruledOut ?? RULED_OUT.cooling}`;
  if (left !== undefined) return `${isFirst ? 'asked first' : 'fallback'}; ${words(left)}`;
  if (isTaken) return isFirst ? 'asked first' : 'fallback';
  return ruledOut === undefined ? 'not taken' : `not taken: ${ruledOut}`;
}

/** Why, in the few words of a cell: what went wrong, or else what decided. */
export function briefOf({ reason, strategy, fallbacks }: SeenDecision): string {
  const [left] = fallbacks;
  if (left !== undefined) return `${left.route} ${left.cause === 'unavailable' ? 'cooling' : words(left.cause)}`;
  return reason === PLAIN && strategy !== undefined ? words(strategy) : words(reason);
}

/** The reason of a strategy that gives no word of its own. */
const PLAIN = 'routing_function';

function textOf(first: string, last: string, decision: Stated, fallbacks: Fallbacks): string {
  const { reason, refusal, score } = decision;
  const word = reason ?? refusal ?? 'unknown';
  const scored = score === undefined ? '' : `, with a score of ${rounded(score.value)}`;
  const band = scoreBandOf(decision);
  const why =
    band === undefined ? `${first}: ${REASONS[word] ?? words(word)}${scored}.` : bandText(first, band, decision);
  const left = fallbacks.map(({ route, cause }) =>
    cause === 'unavailable' ? `${route} was cooling down.` : `${route} failed (${words(cause)}).`,
  );
  return [why, ...left, ...(left.length > 0 ? [`${last} was asked instead.`] : [])].join(' ');
}

/** "Demand 0.81 is above 0.65, so large was asked", or why it was not. */
function bandText(first: string, band: ScoreBand, decision: Stated): string {
  const score = scoreText(band, decision);
  const sentence = `${score.charAt(0).toUpperCase()}${score.slice(1)}`;
  if (band.ruledOut === undefined) return `${sentence}, so ${first} was asked.`;
  return `${sentence}, which is for ${nameOf(band.route)}, but ${RULED_OUT[band.ruledOut]}. ${first} was asked instead.`;
}

function passedOver(route: string, decision: Stated): string | undefined {
  const band = scoreBandOf(decision);
  const over = band && passedOverBy(decision, band, route);
  return over && scoreText(over, decision);
}

function scoreText({ value, side, upTo }: ScoreBand, { strategy, reason }: Stated): string {
  const basis = reason === 'complexity' ? reason : 'the score';
  const what = reason === PLAIN && strategy !== undefined ? words(nameOf(strategy)) : basis;
  const digits = digitsThatDiffer(value, upTo);
  return `${what} ${rounded(value, digits)} is ${side} ${rounded(upTo, digits)}`;
}

const USUAL_DIGITS = 3;
/** Two different numbers differ in so many digits at the latest. */
const MOST_DIGITS = 17;

/** The fewest digits that tell two numbers apart. */
function digitsThatDiffer(one: number, other: number): number {
  let digits = USUAL_DIGITS;
  while (digits < MOST_DIGITS && one !== other && rounded(one, digits) === rounded(other, digits)) digits += 1;
  return digits;
}

function rounded(score: number, digits = USUAL_DIGITS): number {
  return Number(score.toPrecision(digits));
}

function words(word: string): string {
  return word.replaceAll('_', ' ');
}
