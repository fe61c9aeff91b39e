/**
 * Deals rows out to folds by what they ask: copies of a question fall into the same one, so that nothing is tested on what it was
 * trained on.
 *
 * @param questions - the same number for the same question ({@link questionOf})
 * @returns the fold of each row, from 0
 */
export function foldsOf(questions: readonly number[], folds: number): Int32Array {
  return Int32Array.from(questions, (question) => (mixed(question) >>> 0) % folds);
}

/** Spreads a hash over all of its bits (the finalizer of MurmurHash3), because FNV's low bits are poor. */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}
