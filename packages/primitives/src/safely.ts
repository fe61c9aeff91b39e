/** Reads outside data that may be hostile (a revoked proxy, a trap that throws): undefined for data that cannot be read. */
export function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
