import { Ring } from 'tta-dev-primitives/internal';

/** Something that was added, and how near it lies. */
export interface Neighbour<T> {
  readonly value: T;
  /** The cosine of the angle between the two, from -1 to 1. */
  readonly similarity: number;
}

/**
 * Vectors of requests, the newest `capacity` of them. To find the nearest, all are compared: for a few thousand vectors that costs
 * less than keeping an index would.
 */
export class Neighbours<T> {
  readonly #items: Ring<{ readonly group: string; readonly unit: Float32Array; readonly value: T }>;

  constructor(capacity: number) {
    this.#items = new Ring(capacity);
  }

  /** @throws RangeError if the vector is empty, zero or not finite */
  add(group: string, vector: ArrayLike<number>, value: T): void {
    this.#items.add({ group, unit: unitOf(vector), value });
  }

  /**
   * The nearest of a group, among vectors of the same length; undefined if there is none.
   *
   * @throws RangeError if the vector is empty, zero or not finite
   */
  nearest(group: string, vector: ArrayLike<number>): Neighbour<T> | undefined {
    const unit = unitOf(vector);
    let best: Neighbour<T> | undefined;
    for (const item of this.#items.values) {
      if (item.group !== group || item.unit.length !== unit.length) continue;
      const similarity = dot(item.unit, unit);
      if (best === undefined || similarity > best.similarity) best = { value: item.value, similarity };
    }
    return best;
  }
}

function unitOf(vector: ArrayLike<number>): Float32Array {
  const unit = Float32Array.from(vector);
  const length = Math.sqrt(dot(unit, unit));
  if (!(length > 0 && length < Infinity)) {
    throw new RangeError('an embedding must hold finite numbers, not all of them 0');
  }
  return unit.map((part) => part / length);
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += (one[index] as number) * (other[index] as number);
  return sum;
}
