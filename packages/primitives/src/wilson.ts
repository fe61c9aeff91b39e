/** A share of a count, and the interval that holds the true one in 95 of 100 cases. */
export interface ShareEstimate {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 %. */
const Z = 1.959964;

/**
 * What `hits` of `total` say about the share they were drawn from: Wilson's score interval, which holds for few and for rare hits.
 *
 * @returns 0, with an interval from 0 to 1, for a total of 0
 * @see https://doi.org/10.1080/01621459.1927.10502953
 */
export function wilson(hits: number, total: number): ShareEstimate {
  if (total === 0) return { share: 0, low: 0, high: 1 };
  const share = hits / total;
  const spread = Z * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2));
  const centre = share + Z ** 2 / (2 * total);
  const scale = 1 + Z ** 2 / total;
  return { share, low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}
