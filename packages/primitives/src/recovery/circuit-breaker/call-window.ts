import { Ring } from '../../ring.ts';

/** What a window knows about the calls inside it. */
export interface WindowCounts {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** The most recent calls, by number or by time. */
export interface CallWindow {
  record(call: { readonly isFailure: boolean; readonly isSlow: boolean }, nowMs: number): void;
  counts(nowMs: number): WindowCounts;
  clear(): void;
}

const FAILURE = 1;
const SLOW = 2;

/** The newest `size` calls. */
export class CountWindow implements CallWindow {
  readonly #marks: Ring<number>;
  #failures = 0;
  #slow = 0;

  constructor(size: number) {
    this.#marks = new Ring(size);
  }

  record({ isFailure, isSlow }: { readonly isFailure: boolean; readonly isSlow: boolean }): void {
    const mark = (isFailure ? FAILURE : 0) | (isSlow ? SLOW : 0);
    const forgotten = this.#marks.add(mark) ?? 0;
    this.#failures += (mark & FAILURE) - (forgotten & FAILURE);
    this.#slow += ((mark & SLOW) - (forgotten & SLOW)) / SLOW;
  }

  counts(): WindowCounts {
    return { calls: this.#marks.values.length, failures: this.#failures, slow: this.#slow };
  }

  clear(): void {
    this.#marks.clear();
    this.#failures = 0;
    this.#slow = 0;
  }
}

const SLICES = 10;

interface Slice {
  index: number;
  calls: number;
  failures: number;
  slow: number;
}

/** The calls of the last `spanMs` milliseconds, in ten slices that are forgotten one at a time. */
export class TimeWindow implements CallWindow {
  readonly #sliceMs: number;
  #slices: Slice[] = [];

  constructor(spanMs: number) {
    this.#sliceMs = spanMs / SLICES;
  }

  record({ isFailure, isSlow }: { readonly isFailure: boolean; readonly isSlow: boolean }, nowMs: number): void {
    const slice = this.#sliceAt(nowMs);
    slice.calls += 1;
    if (isFailure) slice.failures += 1;
    if (isSlow) slice.slow += 1;
  }

  counts(nowMs: number): WindowCounts {
    this.#forget(nowMs);
    let calls = 0;
    let failures = 0;
    let slow = 0;
    for (const slice of this.#slices) {
      calls += slice.calls;
      failures += slice.failures;
      slow += slice.slow;
    }
    return { calls, failures, slow };
  }

  clear(): void {
    this.#slices = [];
  }

  #sliceAt(nowMs: number): Slice {
    this.#forget(nowMs);
    const index = Math.floor(nowMs / this.#sliceMs);
    const newest = this.#slices.at(-1);
    if (newest !== undefined && newest.index >= index) return newest;
    const slice: Slice = { index, calls: 0, failures: 0, slow: 0 };
    this.#slices.push(slice);
    return slice;
  }

  #forget(nowMs: number): void {
    const oldest = Math.floor(nowMs / this.#sliceMs) - SLICES + 1;
    if ((this.#slices[0]?.index ?? oldest) < oldest) this.#slices = this.#slices.filter(({ index }) => index >= oldest);
  }
}
