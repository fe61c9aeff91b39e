import {
  anyOption,
  checkNumber,
  numberOption,
  type OptionRules,
  readOptions,
  type WithFallbacks,
} from 'tta-dev-primitives/internal';

/** When a route that fails is left alone for a while, and for how long. */
export interface CooldownOptions {
  /** Failures in a row after which a route cools down. @defaultValue 3 */
  readonly failureThreshold?: number | undefined;
  /** The share of failures among the newest 20 results, from 0 to 1, at which it cools down as well. @defaultValue 0.5 */
  readonly failureRate?: number | undefined;
  /** How long it cools down the first time, in milliseconds; twice as long each time that it fails right afterwards. @defaultValue 10_000 */
  readonly cooldownMs?: number | undefined;
  /** The longest time, in milliseconds; a server's `Retry-After` is respected up to here. @defaultValue 300_000 */
  readonly maxCooldownMs?: number | undefined;
}

export type CooldownSettings = WithFallbacks<CooldownOptions, keyof CooldownOptions>;

const RULES = {
  failureThreshold: numberOption({ atLeast: 1, isInteger: true, allowInfinity: true }, 3),
  failureRate: numberOption({ above: 0, atMost: 1 }, 0.5),
  cooldownMs: numberOption({ above: 0 }, 10_000),
  maxCooldownMs: anyOption, // at least the first cooldown
} satisfies OptionRules<CooldownOptions>;

/** @throws TypeError or RangeError that names the option */
export function cooldownSettingsOf(owner: string, options: CooldownOptions): CooldownSettings {
  const { maxCooldownMs: given, ...settings } = readOptions(owner, options, RULES, 'cooldown');
  const maxCooldownMs = given ?? Math.max(300_000, settings.cooldownMs);
  checkNumber(owner, 'cooldown.maxCooldownMs', maxCooldownMs, { atLeast: settings.cooldownMs });
  return { ...settings, maxCooldownMs };
}

/** The newest results that a rate is taken over, and how many of them it needs. */
const WINDOW = 20;
const MIN_RESULTS = 10;

/**
 * Whether one route has failed so often that others are taken instead.
 *
 * A cooldown ends by itself; from then on the route is on probation, until it has answered: one request at a time finds out, and a
 * failure cools it down again, for twice as long. Once the route proves that it works, everybody may take it, and only as many failures as
 * usual cool it down again. What fails while it cools down began before, and changes nothing.
 */
export class Cooldown {
  readonly #settings: CooldownSettings;
  readonly #failures: boolean[] = [];
  #next = 0;
  #consecutive = 0;
  #inRow = 0;
  #until = -Infinity;
  #probeUntil = -Infinity;
  /** Whether the route has begun to answer since the last cooldown; how that ends is not known yet. */
  #isProved = false;

  constructor(settings: CooldownSettings) {
    this.#settings = settings;
  }

  /** The instant at which it may be taken again; in the past, or `-Infinity`, when it may be taken now. */
  get until(): number {
    return this.#until;
  }

  /** Whether the first request after a cooldown still has to find out if the route works. */
  get isOnProbation(): boolean {
    return this.#inRow > 0 && !this.#isProved;
  }

  /** True if the route is available: no cooldown is running, and no other request is testing the route after one. */
  isOver(now: number): boolean {
    return now >= this.#until && now >= this.#probeUntil;
  }

  /**
   * The route is taken. After a cooldown that makes everybody else wait for what becomes of it, though no longer than a cooldown
   * lasts, because what hangs never tells.
   *
   * @returns the function to call when the attempt has ended; undefined when there is nothing to find out
   */
  taken(now: number): (() => void) | undefined {
    if (!this.isOnProbation || !this.isOver(now)) return undefined;
    const until = now + this.#settings.cooldownMs;
    this.#probeUntil = until;
    return () => {
      if (this.#probeUntil === until) this.#probeUntil = -Infinity;
    };
  }

  /**
   * The route works: it has begun to answer, or it has refused a request for what is wrong with the request. Other requests do
   * not wait for the end of a long answer.
   */
  proved(now: number): void {
    if (now < this.#until || !this.isOnProbation) return;
    this.#isProved = true;
    this.#consecutive = 0;
    this.#probeUntil = -Infinity;
  }

  /** @returns whether that ends the time in which the route was not trusted */
  succeeded(now: number): boolean {
    if (now < this.#until) return false;
    const wasCooling = this.#inRow > 0;
    this.#remember(false);
    this.#isProved = false;
    this.#consecutive = 0;
    this.#inRow = 0;
    this.#until = -Infinity;
    return wasCooling;
  }

  /** @param retryAfterMs - how long the server asked to be left alone, if it did */
  failed(now: number, retryAfterMs: number | undefined): void {
    const { cooldownMs, maxCooldownMs } = this.#settings;
    const askedMs = Math.min(retryAfterMs ?? 0, maxCooldownMs);
    if (now < this.#until) {
      this.#until = Math.max(this.#until, now + askedMs);
      return;
    }
    this.#remember(true);
    this.#consecutive += 1;
    const isTripped = this.isOnProbation || this.#isTripped();
    const ownMs = isTripped ? Math.min(maxCooldownMs, cooldownMs * 2 ** this.#inRow) : 0;
    const durationMs = Math.max(askedMs, ownMs);
    if (durationMs === 0) return;
    this.#until = now + durationMs;
    this.#inRow += 1;
    this.#isProved = false;
    this.#failures.length = this.#next = 0;
  }

  #isTripped(): boolean {
    const { failureThreshold, failureRate } = this.#settings;
    if (this.#consecutive >= failureThreshold) return true;
    const failures = this.#failures.filter(Boolean).length;
    return this.#failures.length >= MIN_RESULTS && failures / this.#failures.length >= failureRate;
  }

  #remember(isFailure: boolean): void {
    this.#failures[this.#next] = isFailure;
    this.#next = (this.#next + 1) % WINDOW;
  }
}
