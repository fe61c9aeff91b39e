/** A threshold between two scores that follow each other. */
export interface Cut {
  /** Rows with a score up to it stay with the cheap choice; Infinity for all of them. */
  readonly threshold: number;
  /** How many rows that are. */
  readonly kept: number;
  /** Whether the scores on both sides are far apart. Scores that move a little then stay on their side. */
  readonly isClear: boolean;
}

/** Cuts keep these shares of the rows; small steps cost no certainty, because the first cut that is not shown ends the sequence. */
const STEPS = 100;
/** A gap is clear if it is at least this many times as wide as the median gap of the rows around it. */
const CLEAR = 20;
/** So large a share of the rows on each side is around it. */
const AROUND = 0.05;

/**
 * The cuts that are tested, from few rows kept to all of them: one for each hundredth of the rows, and one in each clear gap of the
 * scores. They depend on scores only, never on grades. No cut lies inside a block of equal scores.
 */
export function cutsOf(scores: Float64Array): readonly Cut[] {
  const sorted = scores.toSorted();
  const rows = sorted.length;
  const clear = clearGaps(sorted);
  const steps = Array.from({ length: STEPS }, (_, step) => Math.max(1, Math.round(((step + 1) * rows) / STEPS)));
  const ends = new Set([...steps.map((kept) => endOf(sorted, sorted[kept - 1] as number)), ...clear]);
  return [...ends]
    .sort((one, other) => one - other)
    .map((kept) => ({ threshold: thresholdAfter(sorted, kept), kept, isClear: kept === rows || clear.has(kept) }));
}

/** Cuts that keep at most this share of the rows keep few. */
const FEW = 0.1;

/**
 * Which of several cuts to take, if all of them are shown: a clear one shortly before the last; else the last one, or where that keeps few
 * rows, the one before it.
 *
 * Weights that are learned anew from all rows score a little otherwise than those that scored the rows: a cut inside a crowd of scores
 * could then keep all of the crowd, or none. And where most calibrations are refused, those that are not are lucky ones, which keep few
 * rows and yet too many; a step back makes up for that.
 *
 * @returns its place; -1 for no cuts
 */
export function steadiest(shown: readonly Cut[], rows: number): number {
  const last = shown.length - 1;
  const kept = shown[last]?.kept ?? 0;
  const clear = shown.findLastIndex((cut) => cut.isClear && cut.kept >= kept - AROUND * rows);
  if (clear !== -1) return clear;
  return kept <= FEW * rows && last > 0 ? last - 1 : last;
}

/** After how many of sorted scores the gaps are that are clear, among all gaps and among those around them. */
function clearGaps(sorted: Float64Array): ReadonlySet<number> {
  const gaps = sorted.subarray(1).map((score, place) => score - (sorted[place] as number));
  const reach = Math.max(5, Math.round(AROUND * sorted.length));
  const least = CLEAR * medianGap(gaps);
  const clear = new Set<number>();
  for (const [place, gap] of gaps.entries()) {
    if (!(gap > least)) continue;
    const around = gaps.subarray(Math.max(0, place - reach), place + reach + 1);
    if (gap > CLEAR * medianGap(around)) clear.add(place + 1);
  }
  return clear;
}

/** Of gaps between scores that differ. */
function medianGap(gaps: Float64Array): number {
  const sorted = gaps.filter((gap) => gap > 0).sort();
  return sorted[sorted.length >> 1] ?? Infinity;
}

function thresholdAfter(sorted: Float64Array, kept: number): number {
  const [last, next] = [sorted[kept - 1] as number, sorted[kept]];
  return next === undefined ? Infinity : last + (next - last) / 2;
}

/** How many of sorted scores are not above one of them. */
function endOf(sorted: Float64Array, score: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= score) low = middle + 1;
    else high = middle;
  }
  return low;
}
