/**
 * A copy of plain data, as JSON gives it, that shares no object with the original. Its texts are the same: nobody can change one, so
 * that a copy costs a small part of what reading the JSON again does.
 */
export function copyOf(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  return Array.isArray(data) ? copyOfList(data) : copyOfRecord(data as Record<string, unknown>);
}

function copyOfList(list: readonly unknown[]): unknown[] {
  const copy = list.slice();
  for (let index = 0; index < copy.length; index += 1) {
    const item = copy[index];
    if (typeof item === 'object' && item !== null) copy[index] = copyOf(item);
  }
  return copy;
}

/** Spread keeps the shape that the engine knows the record by. */
function copyOfRecord(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = { ...record };
  for (const name of Object.keys(copy)) {
    const property = copy[name];
    if (typeof property === 'object' && property !== null) copy[name] = copyOf(property);
  }
  return copy;
}
