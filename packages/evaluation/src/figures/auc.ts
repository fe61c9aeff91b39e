import { finite } from './outcome.ts';
import type { Ranking } from './ranking.ts';

/**
 * The area under the ROC curve: how likely a good answer has a higher score than a bad one, ties counting half; chance gives 0.5. An
 * answer of quality q counts as q good answers and 1 - q bad ones.
 *
 * @param ranking - the rows by their scores, the highest first ({@link rankingOf})
 * @param counts - how often each row occurs, for a bootstrap
 * @returns null where all answers are good, or all are bad
 */
export function areaUnderCurve(
  quality: Float64Array,
  { order, blockEnds }: Ranking,
  counts?: Uint16Array,
): number | null {
  let area = 0;
  let goodAbove = 0;
  let bad = 0;
  let place = 0;
  for (const end of blockEnds) {
    let goodHere = 0;
    let badHere = 0;
    for (; place < end; place += 1) {
      const row = order[place] as number;
      const count = counts === undefined ? 1 : (counts[row] as number);
      goodHere += count * (quality[row] as number);
      badHere += count * (1 - (quality[row] as number));
    }
    area += badHere * (goodAbove + goodHere / 2);
    goodAbove += goodHere;
    bad += badHere;
  }
  return finite(area / (goodAbove * bad));
}
