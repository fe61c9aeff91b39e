import { ownText } from 'tta-dev-primitives/internal';
import { MinuteMemo } from '../minute-memo.ts';

/** More models than one process calls in a minute. */
const MAX_KEPT = 1_000;

/** Names from outside must not fill the memory. */
const MAX_NAME_LENGTH = 500;

type LookUp<T> = (model: string, provider: string | undefined, at: Date) => T;

/**
 * A look-up by model, provider and instant that is done once a minute.
 *
 * A look-up matches a name with every pattern of a list, and an answer from a cache is priced every time it is served.
 */
export function eachMinute<T>(
  lookUp: LookUp<T>,
): (model: string, provider: string | undefined, at: Date | undefined) => T {
  const memo = new MinuteMemo<string, T>(MAX_KEPT);
  return (model, provider, at = new Date()) => {
    const found = memo.at(at.getTime());
    const key = `${provider?.length ?? ''} ${provider ?? ''}${model}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    if (key.length > MAX_NAME_LENGTH) return lookUp(model, provider, at);
    const value = lookUp(ownText(model), provider, at); // which may hold the name
    found.set(ownText(key), value);
    return value;
  };
}
