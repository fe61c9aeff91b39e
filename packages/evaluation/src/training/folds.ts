import { mixed } from '../random.ts';

/**
 * Deals rows out to folds by what they ask: copies of a question fall into the same one, so nothing is tested on what it was
 * trained on.
 *
 * @param questions - the same number for the same question (`questionOf`)
 * @returns the fold of each row, from 0
 */
export function foldsOf(questions: readonly number[], folds: number): Int32Array {
  return Int32Array.from(questions, (question) => (mixed(question) >>> 0) % folds);
}
