import type { LedgerEntry } from './entry.ts';
import { type Interval, intervalOfDifference, Moments } from './interval.ts';

/** What held-out requests say about the true saving, in US dollars. */
export interface HoldOutResult {
  /** How many requests of each group were compared: those whose cost is known. */
  readonly treated: number;
  readonly heldOut: number;
  /** Requests of both groups that were left out, because their cost is unknown. */
  readonly excluded: number;
  /** What the held-out requests cost: the price of measuring, part of the spend. */
  readonly heldOutUsd: number;
  /** What a held-out request costs more than a treated one, times the treated ones. */
  readonly savedUsd: number;
  /** The 95 % interval of `savedUsd`; undefined if a group has fewer than 30 requests. */
  readonly interval: Interval | undefined;
}

/** Compares what requests cost that were held out with what the others cost. Two of these add up to a third. */
export class HoldOutSums {
  readonly #costs = { treated: new Moments(), held_out: new Moments() } as const;
  /** What treated requests would have cost, as far as that is known: so are the costs of held-out ones distributed. */
  readonly #baselines = new Moments();
  #excluded = 0;

  add({ group, costUsd, baselineUsd }: Pick<LedgerEntry, 'group' | 'costUsd' | 'baselineUsd'>): void {
    if (group === undefined) return;
    if (costUsd === null) this.#excluded += 1;
    else this.#costs[group].add(costUsd);
    if (group === 'treated' && typeof baselineUsd === 'number') this.#baselines.add(baselineUsd);
  }

  merge(other: HoldOutSums): void {
    this.#costs.treated.merge(other.#costs.treated);
    this.#costs.held_out.merge(other.#costs.held_out);
    this.#baselines.merge(other.#baselines);
    this.#excluded += other.#excluded;
  }

  /** @returns undefined if no request was held out */
  result(): HoldOutResult | undefined {
    const { treated, held_out: heldOut } = this.#costs;
    if (heldOut.count === 0) return undefined;
    const interval = intervalOfDifference(heldOut, treated, this.#baselines);
    return {
      treated: treated.count,
      heldOut: heldOut.count,
      excluded: this.#excluded,
      heldOutUsd: heldOut.sum,
      savedUsd: treated.count * (heldOut.mean - treated.mean),
      interval: interval && { low: interval.low * treated.count, high: interval.high * treated.count },
    };
  }
}
