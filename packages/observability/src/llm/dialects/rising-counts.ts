import { field, isObject } from '../fields.ts';

/**
 * The counts of a stream after one more chunk. Counts never fall: a lower count comes from a provider or gateway that does not repeat an
 * earlier chunk. The later word or list counts, unless it holds less.
 */
export function risen<Counts>(before: Counts | undefined, after: Counts | undefined): Counts | undefined;
export function risen(before: unknown, after: unknown): unknown {
  if (before === undefined || before === null || isAtLeast(before, after)) return after ?? before;
  if (typeof after === 'number' && typeof before === 'number') return Math.max(before, after);
  if (!isRecord(before) || !isRecord(after)) return isPoorer(before, after) ? before : after;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(Array.from(names, (name) => [name, risen(field(before, name), field(after, name))]));
}

/** Whether the later counts replace the earlier ones as they are, which is so for nearly every chunk. */
function isAtLeast(before: unknown, after: unknown): boolean {
  if (typeof before === 'number') return typeof after === 'number' && after >= before;
  if (!isRecord(before)) return !isPoorer(before, after);
  if (!isRecord(after)) return false;
  for (const name of Object.keys(before)) if (!isAtLeast(field(before, name), field(after, name))) return false;
  return true;
}

function isPoorer(before: unknown, after: unknown): boolean {
  if (before === undefined || before === null) return false;
  if (Array.isArray(before)) return !Array.isArray(after) || after.length < before.length;
  return after === undefined || after === null || typeof after !== typeof before;
}

function isRecord(value: unknown): value is object {
  return isObject(value) && !Array.isArray(value);
}
