import type { Clock } from 'tta-dev-primitives';
import {
  anyOption,
  functionOption,
  methodsOption,
  numberOption,
  type OptionRulesOf,
  type WithFallbacks,
  wordOption,
} from 'tta-dev-primitives/internal';
import type { StoreLogger } from '../../../../store/store-logger.ts';
import type { CacheTier } from '../../facts.ts';

export interface GuardOptions {
  /**
   * How long a caller waits for a read, in milliseconds. The first caller in a process also waits until the store has loaded what it needs.
   *
   * @defaultValue 50
   */
  readonly deadlineMs?: number | undefined;
  /**
   * How long a write may take, in milliseconds. Callers do not wait for writes. Also limits the first load of what the
   * store needs. @defaultValue 1_000
   */
  readonly writeDeadlineMs?: number | undefined;
  /** Which tier answers when the store does not name one. @defaultValue 'far' */
  readonly tier?: CacheTier | undefined;
  /** Logs when the store becomes unusable, and when it works again. @defaultValue none */
  readonly logger?: StoreLogger | undefined;
  /** @defaultValue systemClock; timers of the background then let the process end */
  readonly clock?: Clock | undefined;
  /** Between 0 and 1; spreads the tries of many processes. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/** Of a store that says itself what it is to its reader. */
export const STORE_RULES: OptionRulesOf<Omit<GuardOptions, 'tier'>, 'deadlineMs' | 'writeDeadlineMs' | 'random'> = {
  deadlineMs: numberOption({ above: 0 }, 50),
  writeDeadlineMs: numberOption({ above: 0 }, 1_000),
  logger: methodsOption('info', 'warn', 'error'),
  clock: anyOption,
  random: functionOption(Math.random),
};

export const GUARD_RULES: OptionRulesOf<GuardOptions, GuardDefaults> = {
  ...STORE_RULES,
  tier: wordOption<CacheTier>(['near', 'far'], 'far'),
};

type GuardDefaults = 'deadlineMs' | 'writeDeadlineMs' | 'random' | 'tier';

/** The options with what they are when they are missing. */
export type ReadGuardOptions = WithFallbacks<GuardOptions, GuardDefaults>;
