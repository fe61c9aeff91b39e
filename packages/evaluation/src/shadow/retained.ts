/** The share of the baseline's quality that the given answers have, with its 95 % interval. */
export interface QualityRetained {
  /** Null while the baseline has answered nothing well. */
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Both qualities of one request, from 0 to 1. */
export interface Qualities {
  readonly answer: number;
  readonly baseline: number;
}

const Z = 1.96;
/** What did not occur in n requests may still occur in up to 3 of n, at 95 % confidence. */
const UNSEEN = 3;

/**
 * Sum of the answers' qualities over that of the baseline's. The interval is that of a ratio of means by the delta method, and never
 * narrower than what so few requests can rule out: without a single loss among n, up to 3/n of all requests may still be lost.
 *
 * The ratio estimate is that of W. G. Cochran, Sampling Techniques (1977), chapter 6.
 *
 * @see https://doi.org/10.1001/jama.1983.03330370053031 for the rule of three
 */
export function qualityRetained(rows: readonly Qualities[]): QualityRetained {
  const n = rows.length;
  const answers = rows.reduce((sum, { answer }) => sum + answer, 0);
  const baselines = rows.reduce((sum, { baseline }) => sum + baseline, 0);
  if (baselines === 0) return { share: null, low: null, high: null };
  const share = answers / baselines;
  if (n < 2) return { share, low: 0, high: null };
  const squares = rows.reduce((sum, { answer, baseline }) => sum + (answer - share * baseline) ** 2, 0);
  const mean = baselines / n;
  const margin = Math.max(Z * Math.sqrt(squares / (n * (n - 1))), UNSEEN / n) / mean;
  return { share, low: Math.max(0, share - margin), high: share + margin };
}
