/** Rows in the order in which they are sent to the strong model. */
export interface Ranking {
  /** Row numbers, the highest score first. */
  readonly order: Int32Array;
  /** Where each block of equal scores ends in `order`, exclusive. */
  readonly blockEnds: Int32Array;
}

/** Ranks rows by their scores. */
export function rankingOf(scores: Float64Array): Ranking {
  const order = Int32Array.from(scores.keys()).sort(
    (one, other) => (scores[other] as number) - (scores[one] as number) || one - other,
  );
  const blockEnds: number[] = [];
  for (let place = 1; place <= order.length; place += 1) {
    const isLast = place === order.length || scores[order[place] as number] !== scores[order[place - 1] as number];
    if (isLast) blockEnds.push(place);
  }
  return { order, blockEnds: Int32Array.from(blockEnds) };
}
