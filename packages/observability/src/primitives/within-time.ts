import type { Clock } from 'tta-dev-primitives';
import { backgroundClock, within } from 'tta-dev-primitives/internal';

/** Waits for work so long and no longer; undefined when it takes longer, and when it fails. Keeps no process alive, and never rejects. */
export function withinTime<T>(clock: Clock, ms: number, work: () => T | PromiseLike<T>): Promise<T | undefined> {
  const nothing = (): undefined => undefined;
  return within(backgroundClock(clock), ms, work, nothing).catch(nothing);
}
