import type { Clock } from 'tta-dev-primitives';
import { systemClock } from 'tta-dev-primitives/internal';

/** The clock of work that nobody waits for: as the system's, but its timers let the process end. Delays are below 24 days. */
export const backgroundClock: Clock = {
  now: systemClock.now,
  epochMs: systemClock.epochMs,
  setTimer(callback, delayMs) {
    const handle = setTimeout(callback, delayMs).unref();
    return { cancel: () => clearTimeout(handle) };
  },
};
