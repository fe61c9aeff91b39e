import { field, isObject } from '../fields.ts';

/** Where counts stand in an object: the count that a field gives, or where counts stand within the field. */
export type Places<Name extends string> = ReadonlyMap<string, Name | Places<Name>>;

/** The places that a record of fields names. */
export function placesOf<Name extends string>(fields: Readonly<Record<string, Name | Places<Name>>>): Places<Name> {
  return new Map(Object.entries(fields));
}

/** Counts by name; the ones that were not stated are undefined. */
export type Counts<Name extends string> = Record<Name, number | undefined>;

/**
 * Reads the counts that stand in an object. A count that is known already only grows: a stream repeats counts, and providers state them in
 * several places and leave some at zero.
 *
 * @param other - gets the name of every field that is no place of counts
 */
export function gatherCounts<Name extends string>(
  value: unknown,
  places: Places<Name>,
  counts: Counts<Name>,
  other?: (name: string) => void,
): void {
  if (!isObject(value)) return;
  for (const name in value) {
    const place = places.get(name);
    if (typeof place === 'string') addCount(place, field(value, name), counts);
    else if (place !== undefined) gatherCounts(field(value, name), place, counts);
    else other?.(name);
  }
}

function addCount<Name extends string>(name: Name, count: unknown, counts: Counts<Name>): void {
  if (isCount(count) && count >= (counts[name] ?? 0)) counts[name] = count;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}

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
