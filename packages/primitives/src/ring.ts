/** The newest values, up to a number of them. */
export class Ring<T> {
  readonly #size: number;
  readonly #values: T[] = [];
  #added = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** How many were ever added. */
  get added(): number {
    return this.#added;
  }

  /** What is held, in no order. The list is the ring's own and changes with it. */
  get values(): readonly T[] {
    return this.#values;
  }

  /** @returns the value that has made room, once there are too many */
  add(value: T): T | undefined {
    const place = this.#added % this.#size;
    const forgotten = this.#values[place];
    this.#values[place] = value;
    this.#added += 1;
    return forgotten;
  }

  clear(): void {
    this.#values.length = 0;
    this.#added = 0;
  }
}
