/**
 * Takes a promise's rejection as heard. For what a user's function gave where a plain value, or nothing, belongs: an async
 * function passes for such a function, and an unhandled rejection ends the process.
 */
export function ignoreRejection(given: unknown): void {
  if (typeof given !== 'object' || given === null) return;
  try {
    if ('then' in given) Promise.resolve(given).catch(() => {});
  } catch {
    // What cannot be looked at (a revoked proxy) is no promise.
  }
}
