import { type Choices, total } from './choices.ts';
import { finite } from './outcome.ts';
import type { Ranking } from './ranking.ts';

/** What a router's curve, from all rows cheap to all rows strong, says of it. Null where a figure is undefined. */
export interface CurveMetrics {
  /** Average performance gap recovered; a random mix has 0.5. Null where both models are equally good. */
  readonly apgr: number | null;
  /** The smallest share of rows, in percent, that closes 50 % and 80 % of the gap. Null where there is no gap to close. */
  readonly cpt50: number | null;
  readonly cpt80: number | null;
  /** The most, in percent of the baseline's cost, that is saved at 95, 98 and 99 % of the strong model's quality. */
  readonly saved95: number | null;
  readonly saved98: number | null;
  readonly saved99: number | null;
}

const RETENTIONS = [0.95, 0.98, 0.99] as const;
const RECOVERIES = [0.5, 0.8] as const;
/** Sums of qualities are compared with so much allowance for rounding. */
const ROUNDING = 1e-9;

/**
 * Measures a ranking. Q(k) and C(k) are quality and cost when the first k rows go to the strong model; within a block of equal
 * scores both are interpolated linearly, which is what breaking ties at random gives on average. APGR is the trapezoid rule over
 * all n thresholds.
 *
 * The points of `saved…` and `cpt…` are chosen on these very rows, and so are optimistic.
 *
 * @param counts - how often each row occurs, for a bootstrap
 * @see https://arxiv.org/abs/2406.18665 for APGR and CPT
 */
export function curveMetrics(choices: Choices, ranking: Ranking, counts?: Uint16Array): CurveMetrics {
  const allCheap = total(choices.cheapQuality, counts);
  const allStrong = total(choices.strongQuality, counts);
  const gap = allStrong - allCheap;
  const enough = RETENTIONS.map((retention) => lowered(retention * allStrong));
  const recovered = RECOVERIES.map((recovery) => lowered(allCheap + recovery * gap));
  const least = new Float64Array(RETENTIONS.length).fill(Infinity);
  const reached = new Float64Array(RECOVERIES.length).fill(Number.NaN);
  let area = 0;
  const rows = walk(choices, ranking, counts, (block) => {
    const { quality, qualityStep, size, sent } = block;
    const best = Math.max(quality, quality + qualityStep);
    area += (size * (2 * quality + qualityStep)) / 2;
    for (let index = 0; index < enough.length; index += 1) {
      const wanted = enough[index] as number;
      if (best < wanted) continue;
      const cost = cheapestIn(block, wanted);
      if (!(cost >= (least[index] as number))) least[index] = cost; // NaN, an unknown cost, is kept
    }
    for (let index = 0; index < recovered.length; index += 1) {
      const wanted = recovered[index] as number;
      if (Number.isNaN(reached[index]) && best >= wanted) reached[index] = sent + firstRow(block, wanted);
    }
  });
  const baseline = total(choices.baselineCost, counts);
  const savedAt = (index: number): number | null => finite(100 * (1 - (least[index] as number) / baseline));
  const shareAt = (index: number): number | null =>
    gap > 0 ? finite((100 * (reached[index] as number)) / rows) : null;
  return {
    apgr: gap === 0 ? null : finite((area / rows - allCheap) / gap),
    cpt50: shareAt(0),
    cpt80: shareAt(1),
    saved95: savedAt(0),
    saved98: savedAt(1),
    saved99: savedAt(2),
  };
}

/** A block of equal scores: quality and cost before it, and what they change by when all of its rows are sent. */
interface Block {
  sent: number;
  size: number;
  quality: number;
  qualityStep: number;
  cost: number;
  costStep: number;
}

/** Visits the blocks in their order, with one object that changes, and gives the number of rows. */
function walk(
  { cheapQuality, strongQuality, cheapCost, strongCost }: Choices,
  { order, blockEnds }: Ranking,
  counts: Uint16Array | undefined,
  visit: (block: Block) => void,
): number {
  const block: Block = {
    sent: 0,
    size: 0,
    quality: total(cheapQuality, counts),
    qualityStep: 0,
    cost: total(cheapCost, counts),
    costStep: 0,
  };
  let place = 0;
  for (const end of blockEnds) {
    block.size = 0;
    block.qualityStep = 0;
    block.costStep = 0;
    for (; place < end; place += 1) {
      const row = order[place] as number;
      const count = counts === undefined ? 1 : (counts[row] as number);
      if (count === 0) continue;
      block.size += count;
      block.qualityStep += count * ((strongQuality[row] as number) - (cheapQuality[row] as number));
      block.costStep += count * ((strongCost[row] as number) - (cheapCost[row] as number));
    }
    if (block.size === 0) continue;
    visit(block);
    block.sent += block.size;
    block.quality += block.qualityStep;
    block.cost += block.costStep;
  }
  return block.sent;
}

/** The smallest whole number of rows of a block with which the quality is at least `wanted`, which it reaches in the block. */
function firstRow({ quality, qualityStep, size }: Block, wanted: number): number {
  return quality >= wanted ? 0 : Math.ceil(((wanted - quality) / qualityStep) * size - ROUNDING);
}

/** The smallest cost among whole numbers of rows of a block with which the quality is at least `wanted`. */
function cheapestIn(block: Block, wanted: number): number {
  const { quality, qualityStep, size, cost, costStep } = block;
  const isEnoughAfter = quality + qualityStep >= wanted;
  const last = isEnoughAfter ? size : Math.floor(((wanted - quality) / qualityStep) * size + ROUNDING);
  return Math.min(cost + (firstRow(block, wanted) / size) * costStep, cost + (last / size) * costStep);
}

function lowered(wanted: number): number {
  return wanted - ROUNDING * Math.abs(wanted);
}
