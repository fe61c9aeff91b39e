/**
 * Waits for work, but no longer than `ms`. Never rejects.
 *
 * @returns whether the work succeeded in time; if it continues after that, its result is dropped
 */
export async function within(ms: number, work: () => Promise<unknown>): Promise<boolean> {
  const { promise: expired, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  const done = (async () => {
    await work();
    return true;
  })().catch(() => false);
  try {
    return await Promise.race([expired, done]);
  } finally {
    clearTimeout(timer);
  }
}
