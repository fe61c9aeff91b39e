import type { HrTime } from '@opentelemetry/api';

const NANOS_OF_A_SECOND = 1e9;

/** Turns readings of the monotonic clock into times of day. */
export class ClockTimes {
  readonly #startedAt: number;
  readonly #epochMs: number;

  constructor() {
    this.#startedAt = performance.now();
    this.#epochMs = Date.now();
  }

  /** The time of day at which `performance.now()` had a value: seconds and nanoseconds. */
  at(reading: number): HrTime {
    return hrTimeOf(this.#epochMs + (reading - this.#startedAt));
  }
}

/** Milliseconds as seconds and nanoseconds. */
export function hrTimeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  const nanos = Math.round((ms - seconds * 1_000) * 1e6);
  return nanos < NANOS_OF_A_SECOND ? [seconds, nanos] : [seconds + 1, 0];
}
