import { Ring } from 'tta-dev-primitives/internal';
import type { ScoreHistogram } from 'tta-observability-integration/learning';
import { populationStability } from '../figures/drift.ts';
import type { DriftState } from './facts.ts';

/** What was found when the newest scores were looked at. */
export interface DriftReading {
  readonly index: number;
  readonly state: DriftState;
  /** Whether the state was another one before, or not known. */
  readonly isChange: boolean;
}

const MODERATE = 0.1;
const MAJOR = 0.25;
/** The newest scores are looked at each time a tenth of them is new. */
const READINGS_PER_WINDOW = 10;

/** Compares the newest scores with the histogram of those that a threshold was chosen on. */
export class DriftMonitor {
  readonly #expected: ScoreHistogram;
  readonly #scores: Ring<number>;
  readonly #window: number;
  readonly #every: number;
  #reading: DriftReading | undefined;

  /** @param window - how many scores are compared; there is no result before this number */
  constructor(expected: ScoreHistogram, window: number) {
    this.#expected = expected;
    this.#scores = new Ring(window);
    this.#window = window;
    this.#every = Math.ceil(window / READINGS_PER_WINDOW);
  }

  /** How many scores were ever added. */
  get added(): number {
    return this.#scores.added;
  }

  /** The newest reading; undefined before the window was full. */
  get reading(): DriftReading | undefined {
    return this.#reading;
  }

  /** @returns what was found, where it was time to look */
  add(score: number): DriftReading | undefined {
    this.#scores.add(score);
    const newer = this.added - this.#window;
    if (newer < 0 || newer % this.#every !== 0) return undefined;
    const index = populationStability(this.#expected, Float64Array.from(this.#scores.values));
    const state = stateOf(index);
    this.#reading = { index, state, isChange: state !== this.#reading?.state };
    return this.#reading;
  }
}

function stateOf(index: number): DriftState {
  if (index < MODERATE) return 'stable';
  return index < MAJOR ? 'moderate' : 'major';
}
