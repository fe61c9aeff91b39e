import type { Clock } from 'tta-dev-primitives';

/** Waits for work so long and no longer; undefined when it takes longer, and when it fails. Keeps no process alive, and never rejects. */
export async function withinTime<T>(clock: Clock, ms: number, work: () => T | PromiseLike<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = clock.setTimer(() => late.resolve(undefined), ms);
  timer.unref?.();
  try {
    return await Promise.race([work(), late.promise]);
  } catch {
    return undefined;
  } finally {
    timer.cancel();
  }
}
