import { dataOf, type Revive, reviverOf } from '../../../llm/dialects/instances.ts';
import { isPlainObject } from '../../../llm/fields.ts';

/** Deep enough for any answer; deeper is a cycle. */
const MAX_DEPTH = 500;

/**
 * The JSON text of a value, if reading it back gives the same value; undefined for anything that JSON would change or lose: an
 * instance of a class, bytes, NaN, a function. Properties that are undefined count as absent. An answer of a class that a dialect
 * knows is read by its data, because the data can become an instance again.
 *
 * @param instance - the name of its class; see `instanceNameOf`
 */
export function losslessJsonOf(value: unknown, instance: string | undefined): string | undefined {
  try {
    const data = instance === undefined ? value : dataOf(value as object); // only objects have a name
    return isLossless(data, 0) ? JSON.stringify(value) : undefined;
  } catch {
    return undefined; // a getter or a proxy that throws: what cannot be read cannot be stored
  }
}

function isLossless(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if (depth > MAX_DEPTH) return false;
      return Array.isArray(value) ? areLossless(value, depth) : isPlainObject(value) && isLosslessRecord(value, depth);
    default:
      return false;
  }
}

/** Makes data what an instance is; of anything else data stay what they are. */
export function reviveAs(instance: string | undefined): Revive {
  return (instance === undefined ? undefined : reviverOf(instance)) ?? asData;
}

function asData(data: object): object {
  return data;
}

function areLossless(items: readonly unknown[], depth: number): boolean {
  for (let index = 0; index < items.length; index += 1) if (!isLossless(items[index], depth + 1)) return false;
  return true;
}

function isLosslessRecord(record: Readonly<Record<string, unknown>>, depth: number): boolean {
  for (const name of Object.keys(record)) {
    const property = record[name];
    if (property !== undefined && !isLossless(property, depth + 1)) return false;
  }
  return true;
}
