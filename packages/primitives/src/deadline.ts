/** Node.js cuts timers to whole milliseconds, and a busy loop runs them late. */
const HEAD_START_MS = 5;

/**
 * How long to wait before acting on the deadline of a context, in milliseconds, for whoever has not set it. Who has set it acts
 * first, with an error of its own; only a deadline that nobody enforces is left to others.
 *
 * @param remainingMs - until the deadline; `Infinity` stays `Infinity`
 */
export function delayBehindOwner(remainingMs: number): number {
  return Math.ceil(remainingMs) + HEAD_START_MS;
}
