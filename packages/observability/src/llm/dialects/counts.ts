import { countField, field } from '../fields.ts';

/** Where counts stand in an object: the count that a field gives, or where counts stand within the field. */
export interface Places<Name extends string> {
  readonly [field: string]: Name | Places<Name>;
}

/** Counts by name. */
export type Counts<Name extends string> = { [N in Name]?: number };

/**
 * Reads the counts that stand in an object. A count that is known already only grows: the same one stands in several places, some
 * of which providers leave at zero, and a stream repeats it.
 */
export function gatherCounts<Name extends string>(value: unknown, places: Places<Name>, counts: Counts<Name>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) {
    const place = Object.hasOwn(places, name) ? places[name] : undefined;
    if (typeof place === 'object') gatherCounts(field(value, name), place, counts);
    else if (place !== undefined) raise(counts, place, countField(value, name));
  }
}

function raise<Name extends string>(counts: Counts<Name>, name: Name, count: number | undefined): void {
  if (count !== undefined && count >= (counts[name] ?? 0)) counts[name] = count;
}
