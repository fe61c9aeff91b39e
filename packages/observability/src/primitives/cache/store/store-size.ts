/** How much a store, or the near tier of one, holds in this process. */
export interface StoreSize {
  /** Values that have expired and were not removed yet included. */
  readonly entries: number;
  /** Of keys and values together, as the store counts them. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** `near` if it is the size of the near tier alone. */
  readonly tier?: 'near' | undefined;
}
