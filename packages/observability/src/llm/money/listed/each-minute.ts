const MINUTE_MS = 60_000;

/** More models than one process calls in a minute. */
const MAX_KEPT = 1_000;

/** Names from outside must not fill the memory. */
const MAX_NAME_LENGTH = 500;

type LookUp<T> = (model: string, provider: string | undefined, at: Date) => T;

/**
 * A look-up by model, provider and instant that is done once a minute: what was found within one minute is kept, and forgotten when
 * something is looked up in another one. No list changes its prices within a minute, not even one with prices by the time of day.
 *
 * A look-up matches a name with every pattern of a list, and an answer from a cache is priced every time it is served.
 */
export function eachMinute<T>(
  lookUp: LookUp<T>,
): (model: string, provider: string | undefined, at: Date | undefined) => T {
  const found = new Map<string | undefined, Map<string, T>>();
  let minute = Number.NaN;
  let kept = 0;
  return (model, provider, at = new Date()) => {
    const asked = Math.floor(at.getTime() / MINUTE_MS);
    if (asked !== minute || kept >= MAX_KEPT) {
      found.clear();
      kept = 0;
    }
    minute = asked;
    const known = found.get(provider)?.get(model);
    if (known !== undefined) return known;
    const value = lookUp(model, provider, at);
    if (model.length + (provider?.length ?? 0) <= MAX_NAME_LENGTH) {
      const ofProvider = found.get(provider) ?? new Map<string, T>();
      found.set(provider, ofProvider.set(model, value));
      kept += 1;
    }
    return value;
  };
}
