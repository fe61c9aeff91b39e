import type { LedgerEntry } from 'tta-observability-integration/llm';

type Stated = LedgerEntry['decisions'][number];
type Stood = NonNullable<Stated['candidates']>[number];

/** Between which thresholds the score of a decision lies. */
export interface ScoreBand {
  readonly value: number;
  readonly side: 'above' | 'at most';
  readonly upTo: number;
  /** The route that takes such scores. */
  readonly route: string;
  /** Why that route could not be taken. */
  readonly ruledOut?: NonNullable<Stood['ruledOut']> | undefined;
}

/** The band that explains the route of a decision: it is of that route, or of one that could not be taken. */
export function scoreBandOf(decision: Stated): ScoreBand | undefined {
  const { route, score, candidates = [] } = decision;
  if (score === undefined) return undefined;
  const { value, thresholds } = score;
  const last = thresholds.at(-1);
  const own = thresholds.find(({ upTo }) => value <= upTo);
  const takes = own?.route ?? routeAbove(decision);
  if (last === undefined || takes === undefined) return undefined;
  const ruledOut = candidates.find((candidate) => candidate.route === takes)?.ruledOut;
  if (takes !== route && ruledOut === undefined) return undefined;
  const side = own === undefined ? 'above' : 'at most';
  return { value, side, upTo: own?.upTo ?? last.upTo, route: takes, ...(takes !== route && { ruledOut }) };
}

/** Why the score of a decision passed over a route: the route takes lower scores, or higher ones. */
export function passedOverBy({ score }: Stated, band: ScoreBand, route: string): ScoreBand | undefined {
  const own = score?.thresholds.find((threshold) => threshold.route === route);
  if (own !== undefined && band.value > own.upTo) return { ...band, side: 'above', upTo: own.upTo };
  return band.side === 'at most' && route !== band.route ? band : undefined;
}

/**
 * The route that takes what is above all thresholds: the only one without a threshold, or the one that took such a score while none was ruled
 * out. Undefined if the decision does not tell.
 */
export function routeAbove({ route = '', score, candidates = [] }: Stated): string | undefined {
  const thresholds = score?.thresholds ?? [];
  const limited = new Set(['', ...thresholds.map((threshold) => threshold.route)]);
  const routes = [...candidates.map((candidate) => candidate.route), route];
  const [highest, ...others] = new Set(routes.filter((name) => !limited.has(name)));
  if (others.length === 0) return highest;
  const isAbove = score !== undefined && thresholds.every(({ upTo }) => score.value > upTo);
  const isFree = candidates.every(({ ruledOut }) => ruledOut === undefined);
  return isAbove && isFree && !limited.has(route) ? route : undefined;
}
