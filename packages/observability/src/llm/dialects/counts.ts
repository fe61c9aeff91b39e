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
 */
export function gatherCounts<Name extends string>(value: unknown, places: Places<Name>, counts: Counts<Name>): void {
  if (!isObject(value)) return;
  for (const name in value) {
    const place = places.get(name);
    if (place === undefined) continue;
    const found = field(value, name);
    if (typeof place === 'object') gatherCounts(found, place, counts);
    else if (isCount(found) && found >= (counts[place] ?? 0)) counts[place] = found;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}
