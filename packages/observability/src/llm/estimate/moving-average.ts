/** A moving average. Each new value counts a tenth, and the average follows recent values. */
export class MovingAverage {
  readonly #weight: number;
  #value: number | undefined;

  /** @param weight - the share of the newest value, from 0 to 1 */
  constructor(weight = 0.1) {
    this.#weight = weight;
  }

  add(value: number): void {
    this.#value = this.#value === undefined ? value : this.#value + this.#weight * (value - this.#value);
  }

  /** Undefined before the first value. */
  get value(): number | undefined {
    return this.#value;
  }
}
