/** The same record without what is undefined, as JSON would have it. */
export function withoutMissing<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
