import { nearestRank } from 'tta-dev-primitives/internal';

/** How the stream of a model call went. */
export interface StreamHealth {
  readonly chunks: number;
  /** The median wait between two chunks, in milliseconds: of the first 400 chunks. 0 for fewer than two. */
  readonly medianGapMs: number;
  /** The longest wait between two chunks, in milliseconds; 0 for fewer than two. */
  readonly longestGapMs: number;
  /** When the longest wait began, in milliseconds since the call began. */
  readonly longestGapAtMs: number;
  /** `complete`: with its finish. `incomplete`: without it. `failed`: with an error. `left`: its reader left, or its context was aborted. */
  readonly end: 'complete' | 'incomplete' | 'failed' | 'left';
}

/** How many times of chunks are kept. */
const MAX_TIMES = 400;

/** How many gaps are kept. */
const MAX_GAPS = 1_000;

/** The waits between the first chunks of one stream. */
export class ChunkGaps {
  readonly ms: number[] = [];
  #newestAt: number | undefined;

  /** A chunk has come. */
  add(now: number): void {
    if (this.#newestAt !== undefined && this.ms.length < MAX_GAPS) this.ms.push(now - this.#newestAt);
    this.#newestAt = now;
  }
}

/** When the chunks of one stream came. */
export class ChunkTimes {
  readonly #startedAt: number;
  readonly #atMs: number[] = [];
  #chunks = 0;
  #newestAtMs = 0;
  #longestGapMs = 0;
  #longestGapAtMs = 0;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** The first chunks, in milliseconds since the call began. */
  get atMs(): readonly number[] {
    return this.#atMs;
  }

  add(now: number): void {
    const atMs = now - this.#startedAt;
    const gapMs = atMs - this.#newestAtMs;
    if (this.#chunks > 0 && gapMs > this.#longestGapMs) {
      this.#longestGapMs = gapMs;
      this.#longestGapAtMs = this.#newestAtMs;
    }
    if (this.#chunks < MAX_TIMES) this.#atMs.push(atMs);
    this.#chunks += 1;
    this.#newestAtMs = atMs;
  }

  health(end: StreamHealth['end']): StreamHealth {
    const gaps = this.#atMs.slice(1).map((atMs, index) => atMs - (this.#atMs[index] ?? 0));
    gaps.sort((a, b) => a - b);
    return {
      chunks: this.#chunks,
      medianGapMs: nearestRank(gaps, 0.5) ?? 0,
      longestGapMs: this.#longestGapMs,
      longestGapAtMs: this.#longestGapAtMs,
      end,
    };
  }
}
