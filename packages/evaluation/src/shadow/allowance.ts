/** How much a shadow may do. */
export interface AllowanceSettings {
  readonly maxPerMinute: number;
  readonly maxPending: number;
  /** In US dollars per window; `Infinity` for no limit. */
  readonly budgetUsd: number;
  readonly budgetWindowMs: number;
}

/** Why a call is not made. */
export type Denial = 'rate_limited' | 'over_budget' | 'busy';

const MINUTE_MS = 60_000;

/**
 * Keeps what a shadow asks within bounds of number, money and concurrency.
 *
 * A comparison is reserved at the price of the most expensive one so far, so a budget is overshot by no more than what the calls under way
 * cost above that. While nothing is known of prices, one is made at a time. One whose price stays unknown is charged like the most expensive one;
 * where none had a price yet, a limited budget is closed until its window ends.
 */
export class Allowance {
  readonly #settings: AllowanceSettings;
  readonly #starts: number[] = [];
  #pending = 0;
  #windowStart = -Infinity;
  #spentUsd = 0;
  #dearestUsd: number | undefined;
  #isClosed = false;

  constructor(settings: AllowanceSettings) {
    this.#settings = settings;
  }

  /** Takes up one comparison, unless there is a reason against it. @param now - in monotonic milliseconds */
  take(now: number): Denial | undefined {
    const denial = this.#denial(now);
    if (denial !== undefined) return denial;
    this.#pending += 1;
    this.#starts.push(now);
    return undefined;
  }

  /** What it cost in the end, in US dollars; null if unknown. Once per comparison. */
  pay(costUsd: number | null): void {
    if (costUsd === null) this.#isClosed ||= this.#dearestUsd === undefined;
    else if (costUsd > 0) this.#dearestUsd = Math.max(this.#dearestUsd ?? 0, costUsd);
    this.#spentUsd += costUsd ?? this.#dearestUsd ?? 0;
  }

  /** Makes room: it is really over. Once per comparison. */
  release(): void {
    this.#pending -= 1;
  }

  #denial(now: number): Denial | undefined {
    const { maxPending, maxPerMinute, budgetUsd, budgetWindowMs } = this.#settings;
    while (this.#starts[0] !== undefined && now - this.#starts[0] >= MINUTE_MS) this.#starts.shift();
    if (this.#pending >= maxPending) return 'busy';
    if (this.#starts.length >= maxPerMinute) return 'rate_limited';
    if (budgetUsd === Infinity) return undefined;
    if (now - this.#windowStart >= budgetWindowMs) {
      this.#windowStart = now;
      this.#spentUsd = 0;
      this.#isClosed = false;
    }
    if (this.#isClosed || this.#spentUsd >= budgetUsd) return 'over_budget';
    if (this.#dearestUsd === undefined) return this.#pending === 0 ? undefined : 'busy';
    return this.#spentUsd + (this.#pending + 1) * this.#dearestUsd > budgetUsd ? 'over_budget' : undefined;
  }
}
