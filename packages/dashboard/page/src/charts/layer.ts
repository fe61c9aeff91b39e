/** What can be drawn in a chart over time, from the back to the front. Colours are names of tokens. */
export type Layer = BarsLayer | LineLayer | BandLayer;

/** A part of a stack: from `low` to `high` in each bucket. */
export interface BarsLayer {
  readonly kind: 'bars';
  readonly token: string;
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export interface LineLayer {
  readonly kind: 'line' | 'steps';
  readonly token: string;
  readonly values: readonly (number | null)[];
  readonly width: number;
  readonly dash?: readonly number[];
}

/** The space between two lines. */
export interface BandLayer {
  readonly kind: 'band';
  readonly token: string;
  readonly opacity: number;
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** How many buckets are drawn. */
export function countOf(layers: readonly Layer[]): number {
  const [first] = layers;
  if (first === undefined) return 0;
  return first.kind === 'bars' || first.kind === 'band' ? first.high.length : first.values.length;
}
