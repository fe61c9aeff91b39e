import {
  anyOption,
  checkNumber,
  functionOption,
  numberOption,
  type OptionRules,
  option,
  readOptions,
  refusal,
  required,
  type WithFallbacks,
} from 'tta-dev-primitives/internal';
import type { CacheOptions } from 'tta-observability-integration/primitives';

/** As for the cache that is thought of. */
type SharedOptions<I> = Pick<CacheOptions<I>, 'operation' | 'vary' | 'scope' | 'cost' | 'provider' | 'prices'>;

export interface SemanticShadowOptions<I> extends SharedOptions<I> {
  /** Turns a text into a vector; of any length, but always of the same. It is asked off the caller's path. */
  readonly embed: (text: string) => ArrayLike<number> | PromiseLike<ArrayLike<number>>;
  /** What one embedding costs, in US dollars. @defaultValue 0 */
  readonly embedUsd?: number | undefined;
  /** How similar is similar enough, from 0 to 1: one policy for each, at most 20. @defaultValue 0.8, 0.85, 0.9, 0.95, 0.98 */
  readonly thresholds?: readonly number[] | undefined;
  /** Whether two answers say the same, such as a judge's opinion. @defaultValue equal but for case and white space */
  readonly agree?: ((stored: string, fresh: string) => boolean | PromiseLike<boolean>) | undefined;
  /** How many requests are compared with. @defaultValue 2_000 */
  readonly maxEntries?: number | undefined;
  /** How many requests may be worked on at once; others are left out, and counted. @defaultValue 16 */
  readonly maxPending?: number | undefined;
  /** How long `embed` and `agree` may each take, in milliseconds, at most a day. @defaultValue 30_000 */
  readonly timeoutMs?: number | undefined;
}

/** The options with everything that has a default. */
export type CheckedShadowOptions<I> = WithFallbacks<
  SemanticShadowOptions<I>,
  'embedUsd' | 'thresholds' | 'agree' | 'maxEntries' | 'maxPending' | 'timeoutMs'
>;

const OWNER = 'SemanticShadowPrimitive';
const USUAL_THRESHOLDS = [0.8, 0.85, 0.9, 0.95, 0.98];

const DAY_MS = 86_400_000;

/** Every threshold is a label of a metric. */
const MAX_THRESHOLDS = 20;

const RULES = {
  embed: required(functionOption()),
  embedUsd: numberOption({ atLeast: 0 }, 0),
  thresholds: option((_owner, _name, value) => checkThresholds(value as readonly number[]), USUAL_THRESHOLDS),
  agree: functionOption(areAlike),
  maxEntries: numberOption({ atLeast: 1, atMost: 100_000, isInteger: true }, 2_000),
  maxPending: numberOption({ atLeast: 1, isInteger: true }, 16),
  timeoutMs: numberOption({ above: 0, atMost: DAY_MS }, 30_000),
  // `cacheRules` checks these
  operation: anyOption,
  vary: anyOption,
  scope: anyOption,
  cost: anyOption,
  provider: anyOption,
  prices: anyOption,
} satisfies OptionRules<SemanticShadowOptions<never>>;

/** @throws TypeError or RangeError naming the option, the value and what is allowed */
export function checkShadowOptions<I>(options: SemanticShadowOptions<I>): CheckedShadowOptions<I> {
  return readOptions(OWNER, options, RULES);
}

function checkThresholds(thresholds: readonly number[]): void {
  const allowed = `a list of 1 to ${MAX_THRESHOLDS} different numbers from 0 to 1`;
  if (!Array.isArray(thresholds)) throw new TypeError(refusal(OWNER, 'thresholds', thresholds, allowed));
  for (const threshold of thresholds) checkNumber(OWNER, 'thresholds', threshold, { atLeast: 0, atMost: 1 });
  const different = new Set(thresholds).size;
  if (different === thresholds.length && different > 0 && different <= MAX_THRESHOLDS) return;
  const found = `${thresholds.length}, ${different} of them different`;
  throw new RangeError(`${OWNER}: thresholds must be ${allowed}, but it has ${found}`);
}

function areAlike(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
