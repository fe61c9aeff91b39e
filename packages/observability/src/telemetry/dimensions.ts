import { ownText } from 'tta-dev-primitives/internal';
import { type Dimension, NONE, OTHER } from './metric.ts';

/** The dimension of the overflow count itself. Its values are names of dimensions, so there are as few as in the code. */
const OF_OVERFLOWS = 'dimension';

/** No word of a code is longer; what is longer is data, and data is no label. */
const LONGEST_VALUE = 128;

/** Keeps every capped dimension to its first values, so a mistake in a label cannot grow the telemetry without bound. */
export class CappedDimensions {
  readonly #admitted = new Map<string, Set<string>>();
  readonly #maxValues: number;
  readonly #onOverflow: (dimension: string) => void;

  constructor(maxValues: number, onOverflow: (dimension: string) => void) {
    this.#maxValues = maxValues;
    this.#onOverflow = onOverflow;
  }

  /** The value itself while the dimension has room for it, and `_other` from then on. */
  cap(dimension: string, value: string): string {
    if (value === OTHER || value === NONE) return value;
    const admitted = this.#admittedOf(dimension);
    if (admitted.has(value)) return value;
    const label = value.toWellFormed(); // halves of characters would all be printed as the same one
    if (admitted.has(label)) return label;
    if (admitted.size < this.#maxValues && label.length <= LONGEST_VALUE) {
      admitted.add(ownText(label));
      return label;
    }
    return this.overflow(dimension);
  }

  /** The value itself if the dimension allows it, else `_other`. */
  admit({ name, values }: Dimension, value: string): string {
    if (values === 'capped') return this.cap(name, value);
    return values.includes(value) || value === OTHER || value === NONE ? value : this.overflow(name);
  }

  /** Counts a value for which a dimension, or a whole metric, has no room. */
  overflow(dimension: string): string {
    this.#admittedOf(OF_OVERFLOWS).add(dimension);
    this.#onOverflow(dimension);
    return OTHER;
  }

  #admittedOf(dimension: string): Set<string> {
    let admitted = this.#admitted.get(dimension);
    if (admitted === undefined) this.#admitted.set(dimension, (admitted = new Set()));
    return admitted;
  }
}
