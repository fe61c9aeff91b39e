import type { ScoreHistogram } from 'tta-observability-integration/learning';

const BINS = 10;
/** An empty bin counts as so much, so the index stays finite. */
const LEAST_SHARE = 1e-4;

/** How scores are distributed, in ten bins that hold about as many scores each. */
export function histogramOf(scores: Float64Array): ScoreHistogram {
  const sorted = scores.toSorted();
  const edges = Array.from({ length: BINS - 1 }, (_, index) => {
    const place = Math.floor(((index + 1) * sorted.length) / BINS);
    return sorted[place] ?? 0;
  });
  return { edges, shares: sharesIn(edges, scores) };
}

/**
 * The population stability index: how far scores have moved from a histogram. Below 0.1 nothing has happened, above 0.25 the traffic
 * is another one, and the threshold wants to be calibrated again.
 */
export function populationStability(expected: ScoreHistogram, scores: Float64Array): number {
  const found = sharesIn(expected.edges, scores);
  return expected.shares.reduce((sum, share, bin) => {
    const before = Math.max(LEAST_SHARE, share);
    const now = Math.max(LEAST_SHARE, found[bin] ?? 0);
    return sum + (now - before) * Math.log(now / before);
  }, 0);
}

function sharesIn(edges: readonly number[], scores: Float64Array): readonly number[] {
  const counts = new Float64Array(edges.length + 1);
  for (const score of scores) {
    let bin = 0;
    while (bin < edges.length && score >= (edges[bin] as number)) bin += 1;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return Array.from(counts, (count) => (scores.length === 0 ? 0 : count / scores.length));
}
