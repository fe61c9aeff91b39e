import assert from 'node:assert/strict';
import type { CacheStore } from 'tta-observability-integration/primitives';

/** What a store may offer and may do without. */
export type OptionalMember = 'atomic' | 'getMany' | 'getBytes' | 'entries';

/** What a case works with. */
export interface Bench {
  readonly store: CacheStore;
  /** Another store on what backs the first one. */
  readonly peer: CacheStore;
  /** No other code uses keys that begin with it. */
  readonly key: string;
  /** Lets this much time pass for the store, in milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
}

/** A rule of stores, before there is a store. */
export interface StoreCase {
  readonly title: string;
  readonly needs?: readonly OptionalMember[];
  readonly needsPeer?: boolean;
  check(bench: Bench): Promise<void>;
}

export const HOUR_MS = 3_600_000;

/** A life short enough to be waited for, and long enough for a slow machine to look before it ends. */
export const SHORT_MS = 250;

/** Every character class that a store might mangle. */
export const AWKWARD = 'a b\n\r\t"\\{}\u0000\u00e9e\u0301 \u{1f600} %s $x :*?[^-]';

/** What a store offers; the case has made sure of it. */
export function offered<K extends OptionalMember>(store: CacheStore, member: K): NonNullable<CacheStore[K]> {
  const given = store[member];
  assert.ok(given, `the store offers ${member}`);
  return (typeof given === 'function' ? given.bind(store) : given) as NonNullable<CacheStore[K]>;
}

export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
