/** A dimension whose values come from users' code, and which is therefore capped. */
export type OpenDimension = 'operation' | 'route' | 'reason' | 'error_type' | 'model' | 'provider';

/** The value under which everything past the cap is counted. */
const OTHER = '_other';

/** No word of a code is longer; what is longer is data, and data is no label. */
const LONGEST_VALUE = 128;

/** Keeps every open dimension to its first values, so a mistake in a label cannot grow the telemetry without bound. */
export class CappedDimensions {
  readonly #admitted = new Map<OpenDimension, Set<string>>();
  readonly #maxValues: number;
  readonly #onOverflow: (dimension: OpenDimension) => void;

  constructor(maxValues: number, onOverflow: (dimension: OpenDimension) => void) {
    this.#maxValues = maxValues;
    this.#onOverflow = onOverflow;
  }

  /** The value itself while there is room for it, and `_other` from then on. */
  cap(dimension: OpenDimension, value: string): string {
    let admitted = this.#admitted.get(dimension);
    if (admitted === undefined) this.#admitted.set(dimension, (admitted = new Set()));
    if (admitted.has(value)) return value;
    if (admitted.size < this.#maxValues && value.length <= LONGEST_VALUE) {
      admitted.add(value);
      return value;
    }
    this.#onOverflow(dimension);
    return OTHER;
  }
}
