/** The same record without what is undefined, as JSON would have it. */
export function withoutMissing<T extends object>(record: T): T {
  // A loop, because every request of a process that is observed comes here several times.
  const kept: Partial<T> = {};
  for (const name in record) if (record[name] !== undefined) kept[name] = record[name];
  return kept as T; // what is missing may be missing, or it would not be undefined
}
