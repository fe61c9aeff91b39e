import type { Choices } from '../../figures/choices.ts';
import { seededRandom } from '../../random.ts';

/** Choices of a few rows, written by hand: qualities of the cheap and of the strong model; calls cost 1 and 10. */
export function handMade(cheap: readonly number[], strong: readonly number[]): Choices {
  const strongCost = Float64Array.from(strong, () => 10);
  return {
    cheapQuality: Float64Array.from(cheap),
    strongQuality: Float64Array.from(strong),
    cheapCost: Float64Array.from(cheap, () => 1),
    strongCost,
    baselineCost: strongCost,
  };
}

/**
 * Invented prompts of two kinds: the cheap model answers the easy kind well and the hard kind rarely; the strong one answers both.
 */
export function inventedRows(count: number, seed = 1) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const isHard = random() < 0.5;
    const cheap = Number(random() < (isHard ? 0.3 : 0.9));
    const strong = Number(random() < 0.9);
    const topic = isHard ? 'prove the lemma about topology' : 'name the capital of a country';
    return { prompt: `${topic}, question ${index}${'x'.repeat(index % 7)}`, isHard, cheap, strong };
  });
}

/**
 * Invented prompts with the cheap answer to each: a good one mostly does its sums right, a bad one mostly hedges; of every fourth nothing
 * can be told.
 */
export function answeredRows(count: number, seed = 1) {
  const random = seededRandom(seed + 1);
  return inventedRows(count, seed).map((row, index) => {
    const isTelling = random() < 0.75;
    const looksGood = isTelling ? row.cheap === 1 : random() < 0.5;
    const answer = looksGood
      ? `So ${index} + 2 = ${index + 2}, which settles it.`
      : `Perhaps ${index} + 2 = ${index + 3}, unfortunately unclear.`;
    return { ...row, answer };
  });
}

/**
 * Invented prompts with what was extracted of two cheap answers: of a good first answer the second model mostly says the same, of a bad
 * one rarely.
 */
export function comparedRows(count: number, seed = 1) {
  const random = seededRandom(seed + 2);
  return answeredRows(count, seed).map((row, index) => {
    const agrees = random() < (row.cheap === 1 ? 0.9 : 0.15);
    return { ...row, first: String(index), second: String(agrees ? index : index + 1) };
  });
}
