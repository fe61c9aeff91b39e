import type { Clock } from 'tta-dev-primitives';
import { checkFunction, checkMethods, checkNumber, type OptionNames } from 'tta-dev-primitives/internal';
import type { CacheTier } from '../../facts.ts';
import type { StoreLogger } from '../store.ts';

export interface GuardOptions {
  /**
   * How long a caller waits for a read, in milliseconds; the first in a process also waits for the load of what the store needs.
   *
   * @defaultValue 50
   */
  readonly deadlineMs?: number | undefined;
  /** How long a write may take, off the caller's path, and the first load of what the store needs, in milliseconds. @defaultValue 1_000 */
  readonly writeDeadlineMs?: number | undefined;
  /** Which tier answers when the store does not name one. @defaultValue 'far' */
  readonly tier?: CacheTier | undefined;
  /** Told when the store becomes unusable and usable again. @defaultValue none */
  readonly logger?: StoreLogger | undefined;
  /** @defaultValue systemClock; timers of the background then let the process end */
  readonly clock?: Clock | undefined;
  /** Between 0 and 1; spreads the tries of many processes. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/** Of a store that says itself what it is to its reader. */
export const STORE_OPTIONS: OptionNames<Omit<GuardOptions, 'tier'>> = {
  deadlineMs: true,
  writeDeadlineMs: true,
  logger: true,
  clock: true,
  random: true,
};

/** @throws TypeError or RangeError that names the option, the value and what is allowed */
export function checkGuardOptions(owner: string, options: GuardOptions): void {
  const { deadlineMs, writeDeadlineMs, logger, random } = options;
  for (const [name, value] of Object.entries({ deadlineMs, writeDeadlineMs })) {
    if (value !== undefined) checkNumber(owner, name, value, { above: 0 });
  }
  if (logger !== undefined) checkMethods(owner, 'logger', logger, ['info', 'warn', 'error']);
  if (random !== undefined) checkFunction(owner, 'random', random);
}
