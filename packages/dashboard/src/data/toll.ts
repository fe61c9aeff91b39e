import type { Known } from '../wire/index.ts';
import { Counts } from './counts.ts';

/** One request, or one call, that a trouble has met. */
interface Harm {
  readonly atMs: number;
  /** What it cost; null if that is unknown. */
  readonly costUsd: Known;
  readonly cause?: string | undefined;
}

/** What a breaker, a route or a store has done to requests since it last worked. */
export class Toll {
  /** Failed calls of a route, refused calls of a breaker, requests for which a store could not be asked and a model was. */
  count = 0;
  /** What they cost together; null if the cost of one is unknown. */
  costUsd: Known = 0;
  /** Between the first of them and the last. */
  overMs = 0;
  readonly causes: Counts = new Counts();
  /** The routes that requests took instead. */
  readonly insteads: Counts = new Counts();
  #firstAtMs: number | undefined;

  add({ atMs, costUsd, cause }: Harm): void {
    this.count += 1;
    this.costUsd = this.costUsd === null || costUsd === null ? null : this.costUsd + costUsd;
    this.#firstAtMs ??= atMs;
    this.overMs = Math.max(this.overMs, atMs - this.#firstAtMs);
    if (cause !== undefined) this.causes.add(cause);
  }
}
