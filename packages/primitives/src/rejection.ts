/**
 * Takes a promise's rejection as heard, and reports it. For what a user's function gave where a plain value, or nothing, belongs: an
 * async function passes for such a function, and an unhandled rejection ends the process.
 */
export function hearRejection(given: unknown, report: (error: unknown) => void = () => {}): void {
  if (isThenable(given)) Promise.resolve(given).catch(report);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
